import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const check = tool({
  name: "check",
  title: "Check a specification",
  description:
    "Finds every mistake of a specification without reading its data: syntax, names, options, shapes, training. Each has a code, a position, a reason, a way out, and fixes. Use it after each change.",
  input: specificationInput,
  run(session, input) {
    const compilation = session.compile(input);
    const { counts, diagnostics } = session.report(compilation);
    return { verdict: compilation.verdict, counts, diagnostics };
  },
});

import { applyFixes, mostRounds, safeFixes } from "../../../compiler/diagnostics/fixes.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const fix = tool({
  name: "fix",
  title: "Make certain fixes",
  description:
    "Gives the text of a specification with every fix that is certain: misspelt names, missing commas and the like. No file is written. What remains is in `diagnostics`.",
  input: specificationInput,
  run(session, input) {
    const { host, entry } = session.hostOf(input);
    let text = host.readFile(entry) ?? "";
    const made: string[] = [];
    let compilation = session.compile({ ...input, text });
    for (let round = 0; round < mostRounds; round++) {
      const safe = safeFixes(compilation.diagnostics.filter(({ at }) => at.file === entry));
      if (safe.length === 0) break;
      const fixed = applyFixes(text, safe);
      made.push(...fixed.made.map(({ title }) => title));
      ({ text } = fixed);
      compilation = session.compile({ ...input, text });
    }
    return { text, made, verdict: compilation.verdict, diagnostics: session.report(compilation).diagnostics };
  },
});

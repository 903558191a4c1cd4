import { expandSpecification } from "../../../compiler/expand/expand.ts";
import { printSpecification } from "../../../compiler/formatter/print.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const expand = tool({
  name: "expand",
  title: "Write every default",
  description:
    "Gives a specification with every default of its declarations and blocks written, and every param at its value.",
  input: specificationInput,
  run(session, input) {
    const { program, files, entry } = session.program(input);
    const tree = files.get(entry)?.tree;
    return tree ? printSpecification(expandSpecification(tree, program)) : "";
  },
});

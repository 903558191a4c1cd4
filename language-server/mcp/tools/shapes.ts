import { withShapes } from "../../../compiler/expand/with-shapes.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

export const shapes = tool({
  name: "shapes",
  title: "Show shapes",
  description:
    "Gives a specification with the shape of the stream after each step of its pipelines as a comment, without the batch: `tokens[12 × 64]`. It works with errors elsewhere too.",
  input: specificationInput,
  run(session, input) {
    const { files, entry, notes } = session.compile(input);
    const file = files.get(entry);
    return file ? withShapes(file.text, file.tree, notes) : "";
  },
});

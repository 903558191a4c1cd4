import type { CodeActionSource } from "./code-action.ts";
import { extracted } from "./extracted.ts";
import { declarationOf } from "./surroundings.ts";

/** A selected expression of a stream becomes a `stream` of its own. */
export const extractStream: CodeActionSource = {
  name: "extract-stream",
  kind: "refactor.extract",
  find(selection) {
    const { analysis, expression } = selection;
    if (!expression || expression.kind === "Name" || declarationOf(selection)?.kind === "Block") return [];
    if (analysis.compilation.notes.shapesOf(expression).length === 0) return [];
    return extracted(selection, {
      title: "Extract a stream",
      name: "extracted",
      part: expression.span,
      declared: (name, text) => `stream ${name} = ${text}`,
    });
  },
};

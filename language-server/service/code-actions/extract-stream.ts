import type { CodeAction, CodeActionSource } from "./code-action.ts";
import { declarationOf } from "./surroundings.ts";
import { freeName } from "./free-name.ts";

/** A selected expression of a stream becomes a `stream` of its own, before the declaration that uses it. */
export const extractStream: CodeActionSource = {
  name: "extract-stream",
  kind: "refactor.extract",
  find(selection): readonly CodeAction[] {
    const { analysis, expression, path } = selection;
    const declaration = declarationOf(selection);
    if (!expression || expression.kind === "Name" || !declaration) return [];
    if (declaration.kind === "Block" || !isStream(selection)) return [];
    const name = freeName(selection, "extracted");
    const start = declaration.span.start;
    const text = analysis.text.slice(expression.span.start, expression.span.end);
    return [
      {
        title: "Extract a stream",
        edits: [
          { at: { file: path, start, end: start }, text: `stream ${name} = ${text}\n\n` },
          { at: expression.span, text: name },
        ],
        renames: { file: path, start: start + "stream ".length, end: start + "stream ".length + name.length },
      },
    ];
  },
};

function isStream({ analysis, expression }: Parameters<CodeActionSource["find"]>[0]): boolean {
  return expression !== undefined && analysis.compilation.notes.shapesOf(expression).length > 0;
}

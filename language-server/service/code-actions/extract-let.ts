import type { Statement } from "../../../grammar/ast.ts";
import type { CodeActionSource } from "./code-action.ts";
import { freeName } from "./free-name.ts";
import { inserted, replaced, textOf } from "./snippets.ts";

const statements: ReadonlySet<string> = new Set<Statement["kind"]>([
  "Let",
  "LayerStatement",
  "Weight",
  "State",
  "Update",
  "Return",
  "Yield",
  "ExpressionStatement",
]);

/** A selected expression within a block becomes a `let` before the statement that uses it. */
export const extractLet: CodeActionSource = {
  name: "extract-let",
  kind: "refactor.extract",
  find(selection) {
    const { expression, nodes, analysis, path } = selection;
    const statement = nodes.findLast(({ kind }) => statements.has(kind));
    if (!expression || !statement || expression.kind === "Name" || selection.start === selection.end) return [];
    const name = freeName(selection, "extracted");
    const { start } = statement.span;
    const before = analysis.text.slice(analysis.text.lastIndexOf("\n", start - 1) + 1, start);
    const separator = before.trim() === "" ? `\n${before}` : "  ";
    return [
      {
        title: "Extract a let",
        edits: [
          inserted(path, start, `let ${name} = ${textOf(selection, expression)}${separator}`),
          replaced(expression.span, name),
        ],
        renames: { file: path, start: start + 4, end: start + 4 + name.length },
      },
    ];
  },
};

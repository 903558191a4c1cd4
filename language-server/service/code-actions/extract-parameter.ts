import type { CodeActionSource } from "./code-action.ts";
import { freeName } from "./free-name.ts";
import { inserted, replaced, textOf } from "./snippets.ts";
import { declarationOf } from "./surroundings.ts";

/** A number within a block becomes a parameter of the block, with the number as its default. */
export const extractParameter: CodeActionSource = {
  name: "extract-parameter",
  kind: "refactor.extract",
  find(selection) {
    const { expression, path } = selection;
    const block = declarationOf(selection);
    const last = block?.kind === "Block" ? block.parameters.at(-1) : undefined;
    if (expression?.kind !== "Number" || !last || expression.span.start < last.span.end) return [];
    const type = expression.unit === "%" ? "rate" : Number.isInteger(expression.value) ? "int" : "number";
    const name = freeName(selection, "value");
    const start = last.span.end + 2;
    return [
      {
        title: "Extract a parameter of the block",
        edits: [
          inserted(path, last.span.end, `, ${name}: ${type} = ${textOf(selection, expression)}`),
          replaced(expression.span, name),
        ],
        renames: { file: path, start, end: start + name.length },
      },
    ];
  },
};

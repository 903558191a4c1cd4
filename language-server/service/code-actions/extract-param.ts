import type { CodeActionSource } from "./code-action.ts";
import { extracted } from "./extracted.ts";
import { declarationOf } from "./surroundings.ts";

/** A number becomes a `param`, which `--set` can change. */
export const extractParam: CodeActionSource = {
  name: "extract-param",
  kind: "refactor.extract",
  find(selection) {
    const { expression } = selection;
    if (expression?.kind !== "Number" || declarationOf(selection)?.kind === "Param") return [];
    const type = expression.unit === "%" ? "rate" : Number.isInteger(expression.value) ? "int" : "number";
    return extracted(selection, {
      title: "Extract a param",
      name: "value",
      part: expression.span,
      declared: (name, text) => `param ${name}: ${type} = ${text}`,
    });
  },
};

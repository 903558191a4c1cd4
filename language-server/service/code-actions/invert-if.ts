import type { BinaryOperator } from "../../../grammar/ast.ts";
import type { CodeActionSource } from "./code-action.ts";
import { replaced, textOf } from "./snippets.ts";
import { innermost } from "./surroundings.ts";

const opposites: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
};

/** `if a == b then x else y` becomes `if a != b then y else x`. */
export const invertIf: CodeActionSource = {
  name: "invert-if",
  kind: "refactor.rewrite",
  find(selection) {
    const found = innermost(selection, "If");
    if (!found) return [];
    const { condition, consequence, alternative } = found;
    const opposite = condition.kind === "Binary" ? opposites[condition.operator] : undefined;
    const inverted =
      condition.kind === "Binary" && opposite
        ? `${textOf(selection, condition.left)} ${opposite} ${textOf(selection, condition.right)}`
        : condition.kind === "Unary" && condition.operator === "not"
          ? textOf(selection, condition.operand)
          : `not (${textOf(selection, condition)})`;
    // The alternative of an `if` may be an `if`, while its consequence needs parentheses to be one.
    const first = alternative.kind === "If" ? `(${textOf(selection, alternative)})` : textOf(selection, alternative);
    const text = `if ${inverted} then ${first} else ${textOf(selection, consequence)}`;
    return [{ title: "Invert the condition", edits: [replaced(found.span, text)] }];
  },
};

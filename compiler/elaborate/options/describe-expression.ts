import type { Expression } from "../../../grammar/ast.ts";
import { calledName } from "../../../grammar/written-names.ts";

/** Describes the expression that was found, for messages. */
export function describeExpression(expression: Expression): string {
  const words: { readonly [Kind in Expression["kind"]]?: string } = {
    Map: "a map",
    List: "a list",
    String: "a string",
    Boolean: "true or false",
    Pipe: "a pipeline",
    None: "none",
    Range: "a range",
  };
  const name = calledName(expression);
  if (expression.kind === "Number") return `the number ${expression.value}${expression.unit ?? ""}`;
  return name === undefined ? (words[expression.kind] ?? "another expression") : `"${name}"`;
}

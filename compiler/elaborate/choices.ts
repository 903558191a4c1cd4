import type { Argument, Expression, NameExpression } from "../../grammar/ast.ts";
import { isValue } from "../resolve/definition.ts";
import type { Elaboration } from "./elaboration.ts";

type Names = Pick<Elaboration, "references" | "rules">;

/** True for a name that has a value here. A block is no value, since a choice may have a block's name. */
export function isBoundName({ references }: Pick<Names, "references">, expression: NameExpression): boolean {
  return isValue(references.nameOf(expression).bound);
}

/**
 * The choice that a bare name stands for, where one of `options` is expected: a name of the list is that choice, even
 * if a declaration has the same name, and so is a name without a value.
 */
export function chosenName(names: Names, expression: Expression, options: readonly string[]): string | undefined {
  if (expression.kind !== "Name") return undefined;
  if (!isBoundName(names, expression)) return expression.name;
  return names.rules.choices === "before_bound_names" && options.includes(expression.name)
    ? expression.name
    : undefined;
}

/**
 * An argument by position may be a stream or a layer instead, so there a name that is bound to a value or a block is
 * that value or block.
 */
export function chosenArgument(
  names: Names,
  { name, value }: Argument,
  options: readonly string[],
): string | undefined {
  const choice = chosenName(names, value, options);
  if (name || choice === undefined || value.kind !== "Name") return choice;
  const { bound } = names.references.nameOf(value);
  return isValue(bound) || (bound?.kind === "declaration" && !options.includes(choice)) ? undefined : choice;
}

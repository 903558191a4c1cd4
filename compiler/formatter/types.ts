import { builders, type builders as Builders } from "prettier/doc";
import type { TypeExpression } from "../../grammar/ast.ts";
import { printExpression } from "./expressions.ts";
import { printString } from "./literals.ts";
import type { PrintContext } from "./print-context.ts";

const { join } = builders;
type Doc = Builders.Doc;

const printers: {
  readonly [Kind in TypeExpression["kind"]]: (
    type: Extract<TypeExpression, { kind: Kind }>,
    context: PrintContext,
  ) => Doc;
} = {
  NamedType: ({ name, range }, context) => [
    name.name,
    range === undefined ? "" : [" in ", printExpression(range, context)],
  ],
  ListType: ({ element }, context) => ["list of ", printType(element, context)],
  OptionalType: ({ inner }, context) => ["optional ", printType(inner, context)],
  OneOfType: ({ options }) => [
    "one of [",
    join(
      ", ",
      options.map((option) => (option.kind === "String" ? printString(option.value) : option.name)),
    ),
    "]",
  ],
  TupleType: ({ elements }, context) => [
    "(",
    join(
      ", ",
      elements.map(({ name, type }) => [name === undefined ? "" : `${name.name}: `, printType(type, context)]),
    ),
    ")",
  ],
};

export function printType(type: TypeExpression, context: PrintContext): Doc {
  return (printers[type.kind] as (type: TypeExpression, context: PrintContext) => Doc)(type, context);
}

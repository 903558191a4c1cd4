import { builders, type builders as Builders } from "prettier/doc";
import type { Declaration, Parameter } from "../../grammar/ast.ts";
import { printEntriesOnLines, printExpression, printStatements } from "./expressions.ts";
import { inParentheses, printItems } from "./items.ts";
import { printString } from "./literals.ts";
import type { PrintContext } from "./print-context.ts";
import { printType } from "./types.ts";

const { join } = builders;
type Doc = Builders.Doc;

/** Printers of declarations, without their documentation. */
export const declarationPrinters: {
  readonly [Kind in Declaration["kind"]]: (
    declaration: Extract<Declaration, { kind: Kind }>,
    context: PrintContext,
  ) => Doc;
} = {
  Model: ({ name, title }) => ["model ", name.name, title === undefined ? "" : ` ${printString(title.value)}`],
  Import: ({ names, from }) => [
    "import { ",
    join(
      ", ",
      names.map(({ name }) => name),
    ),
    " } from ",
    printString(from.value),
  ],
  Param: ({ name, type, value }, context) => [
    "param ",
    name.name,
    type === undefined ? "" : [": ", printType(type, context)],
    " = ",
    printExpression(value, context),
  ],
  Modality: ({ name, value }, context) => ["modality ", name.name, ": ", printExpression(value, context)],
  Block: ({ name, parameters, result, body, span }, context) => [
    ["block ", name.name, printParameters(parameters, name.span.end, context)],
    result === undefined ? "" : [": ", printType(result, context)],
    [" ", printStatements(body, span.end, context)],
  ],
  Layer: ({ name, value }, context) => ["layer ", name.name, " = ", printExpression(value, context)],
  Stream: ({ name, value }, context) => ["stream ", name.name, " = ", printExpression(value, context)],
  Fusion: ({ name, value }, context) => ["fusion ", name.name, " = ", printExpression(value, context)],
  Task: ({ name, options, span }, context) => [
    "task ",
    name.name,
    " ",
    printEntriesOnLines(options, span.end, context),
  ],
  Dataset: ({ name, options, span }, context) => [
    "dataset ",
    name.name,
    " ",
    printEntriesOnLines(options, span.end, context),
  ],
  Stage: ({ name, options, span }, context) => [
    "stage ",
    name.name,
    " ",
    printEntriesOnLines(options, span.end, context),
  ],
  Renamed: ({ from, to }) => ["renamed ", printString(from.value), " -> ", printString(to.value)],
  Adapt: ({ weights, value }, context) => [
    "adapt ",
    printString(weights.value),
    " -> ",
    printExpression(value, context),
  ],
};

export function printParameters(parameters: readonly Parameter[], start: number, context: PrintContext): Doc {
  const within = inParentheses(parameters, start, context);
  const print = ({ name, type, default: value }: Parameter): Doc => [
    name.name,
    ": ",
    printType(type, context),
    value === undefined ? "" : [" = ", printExpression(value, context)],
  ];
  return printItems({ items: parameters, brackets: ["(", ")"], within, print }, context);
}

import type { CstNode } from "chevrotain";
import type { RangeExpression, TupleTypeElement, TypeExpression } from "./ast.ts";
import {
  endOf,
  identifierOf,
  present,
  requireCommas,
  spanOf,
  stringOf,
  type Build,
  type BuildContext,
} from "./build-context.ts";
import { buildOperation } from "./build-expressions.ts";
import { node, nodes, token, tokensOf } from "./cst.ts";
import { Identifier, StringLiteral } from "./tokens.ts";

type TypeRule = "optionalType" | "oneOfType" | "listType" | "tupleType" | "namedType";

const builders: { readonly [R in TypeRule]: Build<TypeExpression | undefined> } = {
  optionalType(cst, context) {
    const inner = buildType(node(cst, "type"), context);
    return inner && { kind: "OptionalType", span: spanOf(cst, context), inner };
  },
  oneOfType(cst, context) {
    const names = tokensOf(cst, Identifier);
    const strings = tokensOf(cst, StringLiteral);
    const items = [...names, ...strings].toSorted((a, b) => a.startOffset - b.startOffset);
    requireCommas(cst, items, context);
    const options = items.flatMap((item) => {
      const option = strings.includes(item) ? stringOf(item, context) : identifierOf(item, context);
      return option === undefined ? [] : [option];
    });
    return { kind: "OneOfType", span: spanOf(cst, context), options };
  },
  listType(cst, context) {
    const element = buildType(node(cst, "type"), context);
    return element && { kind: "ListType", span: spanOf(cst, context), element };
  },
  tupleType(cst, context) {
    const items = nodes(cst, "tupleTypeElement");
    requireCommas(cst, items, context);
    const elements = items.flatMap((item): TupleTypeElement[] => {
      const type = buildType(node(item, "type"), context);
      return type === undefined ? [] : [{ ...present("name", identifierOf(token(item, Identifier), context)), type }];
    });
    return { kind: "TupleType", span: spanOf(cst, context), elements };
  },
  namedType(cst, context) {
    const name = identifierOf(token(cst, Identifier), context);
    return name && { kind: "NamedType", span: spanOf(cst, context), name, ...present("range", rangeOf(cst, context)) };
  },
};
const rules = Object.keys(builders) as TypeRule[];

/** Builds a type, or returns `undefined` if recovery found none. */
export function buildType(cst: CstNode | undefined, context: BuildContext): TypeExpression | undefined {
  if (cst === undefined) return undefined;
  for (const rule of rules) {
    const found = node(cst, rule);
    if (found !== undefined) return builders[rule](found, context);
  }
  return undefined;
}

function rangeOf(namedType: CstNode, context: BuildContext): RangeExpression | undefined {
  const cst = node(namedType, "operation");
  if (cst === undefined) return undefined;
  const range = buildOperation(cst, endOf(namedType, context), context);
  if (range.kind === "Range") return range;
  if (range.kind !== "Error") {
    context.report({
      kind: "unexpected_token",
      span: range.span,
      found: "no range",
      expected: "a range such as `1..8`",
    });
  }
  return undefined;
}

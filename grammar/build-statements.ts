import type { CstNode } from "chevrotain";
import type { Identifier as IdentifierNode, Statement } from "./ast.ts";
import { endOf, identifierOf, present, requireCommas, spanOf, type Build, type BuildContext } from "./build-context.ts";
import { buildExpression, buildItems, expressionOf } from "./build-expressions.ts";
import { extent, node, nodes, token, tokensOf } from "./cst.ts";
import { Identifier } from "./tokens.ts";

type StatementRule = "let" | "layer" | "weight" | "state" | "update" | "return" | "yield" | "expression";

/** A statement without a name is left out. */
const builders: { readonly [R in StatementRule]: Build<Statement | undefined> } = {
  let(cst, context) {
    const found = tokensOf(cst, Identifier);
    requireCommas(cst, found, context);
    const names = found.flatMap((name) => identifierOf(name, context) ?? []);
    if (names.length === 0) return undefined;
    return { kind: "Let", span: spanOf(cst, context), names, value: expressionOf(cst, context) };
  },
  layer: (cst, context) => definition(cst, context, (name, value) => ({ kind: "LayerStatement", name, value })),
  update: (cst, context) => definition(cst, context, (name, value) => ({ kind: "Update", name, value })),
  weight: (cst, context) => variable(cst, context, "Weight"),
  state: (cst, context) => variable(cst, context, "State"),
  return: (cst, context) => ({ kind: "Return", span: spanOf(cst, context), value: expressionOf(cst, context) }),
  yield: (cst, context) => ({ kind: "Yield", span: spanOf(cst, context), value: expressionOf(cst, context) }),
  expression: (cst, context) => ({
    kind: "ExpressionStatement",
    span: spanOf(cst, context),
    value: buildExpression(cst, endOf(cst, context), context),
  }),
};
const rules = Object.keys(builders) as StatementRule[];

type Unplaced<S extends Statement> = S extends Statement ? Omit<S, "span"> : never;

function definition(
  cst: CstNode,
  context: BuildContext,
  make: (name: IdentifierNode, value: ReturnType<typeof expressionOf>) => Unplaced<Statement>,
): Statement | undefined {
  const name = identifierOf(token(cst, Identifier), context);
  return name && { ...make(name, expressionOf(cst, context)), span: spanOf(cst, context) };
}

function variable(cst: CstNode, context: BuildContext, kind: "Weight" | "State"): Statement | undefined {
  const name = identifierOf(token(cst, Identifier), context);
  if (name === undefined) return undefined;
  const shape = node(cst, "list");
  const initializer = node(cst, "expression");
  return {
    kind,
    span: spanOf(cst, context),
    name,
    shape: shape === undefined ? [] : buildItems(shape, context),
    ...present("initializer", initializer && buildExpression(initializer, endOf(cst, context), context)),
  };
}

export function buildStatements(body: CstNode | undefined, context: BuildContext): readonly Statement[] {
  if (body === undefined) return [];
  return nodes(body, "statement").flatMap((statement): Statement[] => {
    for (const rule of rules) {
      const found = node(statement, rule);
      const built = found && extent(found) && builders[rule](found, context);
      if (built !== undefined) return [built];
    }
    return [];
  });
}

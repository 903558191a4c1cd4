import type { CstNode } from "chevrotain";
import type { Declaration, Identifier as IdentifierNode, Parameter, SpecificationFile } from "./ast.ts";
import {
  identifierOf,
  present,
  requireCommas,
  spanOf,
  stringOf,
  type Build,
  type BuildContext,
} from "./build-context.ts";
import { buildEntries, expressionOf } from "./build-expressions.ts";
import { buildStatements } from "./build-statements.ts";
import { buildType } from "./build-types.ts";
import { extent, node, nodes, token, tokensOf } from "./cst.ts";
import { Identifier, StringLiteral } from "./tokens.ts";

type DeclarationRule = Uncapitalize<Declaration["kind"]>;
type Unplaced = Declaration extends infer D ? (D extends Declaration ? Omit<D, "span" | "doc"> : never) : never;

/**
 * Build the fields of each declaration other than its span and its documentation, or return `undefined` if its name is
 * missing.
 */
const builders: { readonly [R in DeclarationRule]: Build<Unplaced | undefined> } = {
  model: named((name, cst, context) => ({
    kind: "Model",
    name,
    ...present("title", stringOf(token(cst, StringLiteral), context)),
  })),
  import(cst, context) {
    const found = tokensOf(cst, Identifier);
    requireCommas(cst, found, context);
    const from = stringOf(token(cst, StringLiteral), context);
    return from && { kind: "Import", names: found.flatMap((name) => identifierOf(name, context) ?? []), from };
  },
  param: named((name, cst, context) => ({
    kind: "Param",
    name,
    ...present("type", buildType(node(cst, "type"), context)),
    value: expressionOf(cst, context),
  })),
  modality: named((name, cst, context) => ({ kind: "Modality", name, value: expressionOf(cst, context) })),
  block: named((name, cst, context) => ({
    kind: "Block",
    name,
    parameters: buildParameters(node(cst, "parameters"), context),
    ...present("result", buildType(node(cst, "type"), context)),
    body: buildStatements(node(cst, "statements"), context),
  })),
  layer: named((name, cst, context) => ({ kind: "Layer", name, value: expressionOf(cst, context) })),
  stream: named((name, cst, context) => ({ kind: "Stream", name, value: expressionOf(cst, context) })),
  fusion: named((name, cst, context) => ({ kind: "Fusion", name, value: expressionOf(cst, context) })),
  task: named((name, cst, context) => ({ kind: "Task", name, options: optionsOf(cst, context) })),
  dataset: named((name, cst, context) => ({ kind: "Dataset", name, options: optionsOf(cst, context) })),
  stage: named((name, cst, context) => ({ kind: "Stage", name, options: optionsOf(cst, context) })),
  renamed(cst, context) {
    const from = stringOf(token(cst, "from"), context);
    const to = stringOf(token(cst, "to"), context);
    return from && to && { kind: "Renamed", from, to };
  },
  adapt(cst, context) {
    const weights = stringOf(token(cst, StringLiteral), context);
    return weights && { kind: "Adapt", weights, value: expressionOf(cst, context) };
  },
};
const rules = Object.keys(builders) as DeclarationRule[];

/** Builds the declarations of a file. `parse` adds comments once it knows which of them are documentation. */
export function buildDeclarations(specification: CstNode, context: BuildContext): SpecificationFile["declarations"] {
  return nodes(specification, "declaration").flatMap((declaration): Declaration[] => {
    for (const rule of rules) {
      const cst = node(declaration, rule);
      if (cst === undefined || extent(cst) === undefined) continue;
      const span = spanOf(cst, context);
      const doc = context.takeDoc(span.start);
      const built = builders[rule](cst, context);
      return built === undefined ? [] : [{ ...built, span, ...present("doc", doc) }];
    }
    return [];
  });
}

function named(
  build: (name: IdentifierNode, cst: CstNode, context: BuildContext) => Unplaced,
): Build<Unplaced | undefined> {
  return (cst, context) => {
    const name = identifierOf(token(cst, Identifier), context);
    return name && build(name, cst, context);
  };
}

function optionsOf(cst: CstNode, context: BuildContext) {
  const entries = node(cst, "entries");
  return entries === undefined ? [] : buildEntries(entries, context);
}

function buildParameters(cst: CstNode | undefined, context: BuildContext): readonly Parameter[] {
  if (cst === undefined) return [];
  const items = nodes(cst, "parameter");
  requireCommas(cst, items, context);
  return items.flatMap((item): Parameter[] => {
    const name = identifierOf(token(item, Identifier), context);
    const type = buildType(node(item, "type"), context);
    if (name === undefined || type === undefined) return [];
    const value = node(item, "expression") && expressionOf(item, context);
    return [{ kind: "Parameter", span: spanOf(item, context), name, type, ...present("default", value) }];
  });
}

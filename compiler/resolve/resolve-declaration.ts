import type { BlockDeclaration, Declaration, ImportDeclaration, ParamDeclaration } from "../../grammar/ast.ts";
import { type FileScope, type Names, symbolOf } from "../bind/symbols.ts";
import { schema } from "../schema/schema.ts";
import {
  type Scope,
  definitionOfDeclaration,
  definitionOfParameter,
  definitionOfWrittenChoice,
  isValue,
} from "./definition.ts";
import { choiceNamed, oneOf, typeOf } from "./lanes.ts";
import { resolvePattern } from "./pattern-parts.ts";
import type { ReferenceTable } from "./reference-table.ts";
import { ExpressionResolver } from "./resolve-expressions.ts";
import { type OptionResolver, resolveFamilyCall, resolveOptions } from "./resolve-options.ts";
import { bodyScope, fileScope, withLocal } from "./scopes.ts";

/** The surroundings of a file's declarations. */
export interface FileSurroundings {
  readonly file: FileScope;
  /** The names of the file that is the model: options name its tasks, data sets and stages. */
  readonly entry: Names;
  readonly imports: ReadonlyMap<ImportDeclaration, string>;
}

/** Resolves every name of a declaration into a table. */
export function resolveDeclaration(
  table: ReferenceTable,
  declaration: Declaration,
  { file, entry, imports }: FileSurroundings,
): void {
  const scope = fileScope(file);
  const expressions = new ExpressionResolver(table, entry);
  const resolver: OptionResolver = { table, expressions, scope, entry };
  const symbol = symbolOf(declaration);
  if (symbol) table.declare(symbol.name, definitionOfDeclaration(symbol));
  switch (declaration.kind) {
    case "Import":
      resolveImport(table, declaration, file, imports);
      break;
    case "Param":
      resolveParam(table, expressions, declaration, scope);
      break;
    case "Modality":
      resolveFamilyCall(resolver, declaration.value, "modality");
      break;
    case "Block":
      resolveBlock(table, expressions, declaration, scope);
      break;
    case "Layer":
      expressions.expression(declaration.value, scope, "layer");
      break;
    case "Stream":
      expressions.expression(declaration.value, scope);
      break;
    case "Fusion":
      expressions.expression(declaration.value, scope);
      expressions.labels(declaration);
      break;
    case "Task":
      resolveOptions(resolver, schema.declarations.task, declaration.options, "task");
      break;
    case "Dataset":
      resolveOptions(resolver, schema.declarations.dataset, declaration.options, "dataset");
      break;
    case "Stage":
      resolveOptions(resolver, schema.declarations.stage, declaration.options, "stage");
      break;
    case "Renamed":
      resolvePattern(table, declaration.to, file);
      break;
    case "Adapt":
      resolvePattern(table, declaration.weights, file);
      expressions.expression(declaration.value, scope, "layer");
      break;
    case "Model":
      break;
  }
}

/** An imported name is a use of the declaration in the other file. */
function resolveImport(
  table: ReferenceTable,
  { names, from }: ImportDeclaration & { readonly kind: "Import" },
  file: FileScope,
  imports: FileSurroundings["imports"],
): void {
  for (const name of names) {
    const symbol = file.symbols.get(name.name);
    if (symbol && symbol.span.file !== file.path) table.use(name, definitionOfDeclaration(symbol));
  }
  const path = [...imports].find(([declaration]) => declaration.from === from)?.[1];
  if (path !== undefined) table.use(from, { kind: "file", name: from.value, path });
}

function resolveParam(
  table: ReferenceTable,
  expressions: ExpressionResolver,
  { type, value }: ParamDeclaration,
  scope: Scope,
): void {
  const choices = type && oneOf(type);
  for (const option of choices?.options ?? []) table.declareChoice(option, definitionOfWrittenChoice(option));
  if (!choices || value.kind !== "Name") return expressions.expression(value, scope);
  const { bound } = table.name(value, scope);
  const choice = choiceNamed(choices, value.name);
  if (choice || !isValue(bound)) table.name(value, scope, choice ?? { kind: "dynamic", name: value.name });
}

function resolveBlock(
  table: ReferenceTable,
  expressions: ExpressionResolver,
  block: BlockDeclaration,
  file: Scope,
): void {
  let scope = bodyScope(file, block);
  for (const parameter of block.parameters) {
    const { default: value, type, name } = parameter;
    const choices = oneOf(type);
    for (const option of choices?.options ?? []) table.declareChoice(option, definitionOfWrittenChoice(option));
    if (value && choices && value.kind === "Name")
      table.name(value, scope, choiceNamed(choices, value.name) ?? { kind: "dynamic", name: value.name });
    else if (value && typeOf(parameter)?.kind === "initializer") expressions.initializer(value, scope);
    else if (value) expressions.expression(value, scope);
    const definition = definitionOfParameter(parameter);
    table.declare(name, definition);
    scope = withLocal(scope, definition);
    table.sees(scope, { start: parameter.span.end, end: block.span.end });
  }
  const head = block.result ?? block.parameters.at(-1) ?? block.name;
  expressions.statements(block.body, scope, { start: head.span.end, end: block.span.end });
}

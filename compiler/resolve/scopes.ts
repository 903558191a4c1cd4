import { initializers } from "../schema/initializers.ts";
import type { FileScope } from "../bind/symbols.ts";
import { builtinNames, isBuiltinName } from "./builtin-names.ts";
import {
  type Definition,
  type LocalDefinition,
  type Locals,
  type Scope,
  definitionInSchema,
  definitionOfBuiltin,
  definitionOfDeclaration,
} from "./definition.ts";

/** The scope of a file's own declarations. */
export function fileScope(file: FileScope): Scope {
  return { file, body: undefined, locals: undefined };
}

export function withLocal(scope: Scope, definition: LocalDefinition): Scope {
  return { ...scope, locals: { definition, body: scope.body, outer: scope.locals } };
}

/** The local names that a scope sees, innermost first. */
export function localsOf(scope: Scope): readonly Locals[] {
  const found: Locals[] = [];
  for (let locals = scope.locals; locals; locals = locals.outer) found.push(locals);
  return found;
}

export function localNamed(scope: Scope, name: string): LocalDefinition | undefined {
  for (let locals = scope.locals; locals; locals = locals.outer)
    if (locals.definition.name === name) return locals.definition;
  return undefined;
}

/** The meaning of a name as a value: a local name, a built-in one, a declaration of the file or of the prelude, an initializer. */
export function boundIn(scope: Scope, prelude: FileScope, name: string): Definition | undefined {
  const local = localNamed(scope, name);
  if (local) return local;
  if (isBuiltinName(name)) return definitionOfBuiltin(name);
  const symbol = scope.file.symbols.get(name) ?? prelude.symbols.get(name);
  if (symbol) return definitionOfDeclaration(symbol);
  return Object.hasOwn(initializers, name) ? definitionInSchema("member", "initializer", name) : undefined;
}

/** The block or layer that a name calls: what else the file calls so is passed over, so that a param may have a block's name. */
export function calleeIn(
  scope: Scope,
  prelude: FileScope,
  name: string,
): Extract<Definition, { readonly kind: "declaration" }> | undefined {
  const symbol = [scope.file.symbols.get(name), prelude.symbols.get(name)].find(
    (candidate) => candidate?.kind === "Block" || candidate?.kind === "Layer",
  );
  return symbol && definitionOfDeclaration(symbol);
}

/** Every name that a scope sees, local ones first: for completion, and for what a misspelt name may have meant. */
export function namesIn(scope: Scope, prelude: FileScope): readonly string[] {
  return [
    ...new Set([
      ...localsOf(scope).map(({ definition }) => definition.name),
      ...scope.file.symbols.keys(),
      ...prelude.symbols.keys(),
      ...builtinNames,
      ...Object.keys(initializers),
    ]),
  ];
}

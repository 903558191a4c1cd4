import { initializers } from "../schema/initializers.ts";
import type { FileScope } from "../bind/symbols.ts";
import { builtinNames, isBuiltinName } from "./builtin-names.ts";
import {
  type Body,
  type BodyScope,
  type Definition,
  type LocalDefinition,
  type Scope,
  definitionInSchema,
  definitionOfBuiltin,
  definitionOfDeclaration,
} from "./definition.ts";

/** The scope of a file's own declarations. */
export function fileScope(file: FileScope): Scope {
  return { file, body: undefined, count: 0 };
}

/** A body while its names are found. */
interface OpenBody extends Body {
  readonly all: LocalDefinition[];
  readonly indices: Map<string, number[]>;
}

/** The scope at the beginning of a body. */
export function bodyScope(outer: Scope, node: Body["node"]): BodyScope {
  const body: OpenBody = { node, outer, all: [], indices: new Map() };
  return { file: outer.file, body, count: 0 };
}

/**
 * The scope with one more name. Names of a body are added in the order of the text, each to the scope of the one
 * before.
 */
export function withLocal(scope: BodyScope, definition: LocalDefinition): BodyScope {
  const body = scope.body as OpenBody;
  const index = body.all.push(definition) - 1;
  const known = body.indices.get(definition.name);
  if (known) known.push(index);
  else body.indices.set(definition.name, [index]);
  return { ...scope, count: index + 1 };
}

/** The definitions of a name that a scope sees, innermost first, with the body that each is in. */
export function* localsNamed(
  scope: Scope,
  name: string,
): Generator<{ readonly definition: LocalDefinition; readonly body: Body }> {
  for (let { body, count } = scope; body !== undefined; { body, count } = body.outer) {
    const indices = body.indices.get(name) ?? [];
    for (let at = indices.length - 1; at >= 0; at--) {
      const definition = body.all[indices[at] ?? 0];
      if (definition && (indices[at] ?? 0) < count) yield { definition, body };
    }
  }
}

export function localNamed(scope: Scope, name: string): LocalDefinition | undefined {
  const { value } = localsNamed(scope, name).next();
  return value ? value.definition : undefined;
}

/** The local names that a scope sees, innermost first. */
function localNames(scope: Scope): readonly string[] {
  const names: string[] = [];
  for (let { body, count } = scope; body !== undefined; { body, count } = body.outer)
    names.push(
      ...body.all
        .slice(0, count)
        .map(({ name }) => name)
        .toReversed(),
    );
  return names;
}

/**
 * The meaning of a name as a value: a local name, a built-in one, a declaration of the file or of the prelude, an
 * initializer.
 */
export function boundIn(scope: Scope, prelude: FileScope, name: string): Definition | undefined {
  const local = localNamed(scope, name);
  if (local) return local;
  if (isBuiltinName(name)) return definitionOfBuiltin(name);
  const symbol = scope.file.symbols.get(name) ?? prelude.symbols.get(name);
  if (symbol) return definitionOfDeclaration(symbol);
  return Object.hasOwn(initializers, name) ? definitionInSchema("member", "initializer", name) : undefined;
}

/**
 * The block or layer that a name calls. Other declarations of the same name are ignored, so that a param may have a
 * block's name.
 */
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

/** Every name in a scope, local ones first, for completion and for suggestions. */
export function namesIn(scope: Scope, prelude: FileScope): readonly string[] {
  return [
    ...new Set([
      ...localNames(scope),
      ...scope.file.symbols.keys(),
      ...prelude.symbols.keys(),
      ...builtinNames,
      ...Object.keys(initializers),
    ]),
  ];
}

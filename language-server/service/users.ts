import type { Declaration } from "../../grammar/ast.ts";
import { definitionOfDeclaration } from "../../compiler/resolve/definition.ts";
import type { SymbolDeclaration } from "../../compiler/bind/symbols.ts";
import type { Facts } from "./facts.ts";

/** The number of users that are listed by name. */
const mostNames = 4;

/** The declarations that name another one, in the order of the text, each once. */
export function usersOf(facts: Facts, declaration: SymbolDeclaration): readonly Declaration[] {
  const definition = definitionOfDeclaration(declaration);
  const users = new Set<Declaration>();
  for (const { references, files } of facts.compilations) {
    for (const { at } of references?.usesOf(definition) ?? []) {
      const user = files
        .get(at.file)
        ?.tree.declarations.find(({ span }) => span.start <= at.start && at.end <= span.end);
      if (user && user.kind !== "Import" && user !== declaration) users.add(user);
    }
  }
  return [...users];
}

/** `stream seen and task kind`, `7 declarations`; `undefined` if there is none. */
export function describeUsers(users: readonly Declaration[]): string | undefined {
  const names = users.map((user) =>
    "name" in user ? `${user.kind.toLowerCase()} ${user.name.name}` : `\`${user.kind.toLowerCase()}\``,
  );
  if (names.length > mostNames) return `${names.length} declarations`;
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ") || undefined;
}

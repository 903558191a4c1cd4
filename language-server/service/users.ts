import type { Declaration } from "../../grammar/ast.ts";
import { definitionOfDeclaration } from "../../compiler/resolve/definition.ts";
import type { SymbolDeclaration } from "../../compiler/bind/symbols.ts";
import type { Facts } from "./facts.ts";
import { visitReached } from "./reached.ts";

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

/** The tasks whose values are computed from a declaration, directly or through others. */
export function tasksThatReach(facts: Facts, declaration: SymbolDeclaration): readonly Declaration[] {
  const tasks = new Set<Declaration>();
  for (const { references, files } of facts.compilations)
    for (const { tree } of files.values())
      for (const task of tree.declarations) {
        if (!references || task.kind !== "Task") continue;
        for (const option of task.options)
          visitReached(references, option.value, (_node, means) => {
            if (means?.kind === "declaration" && means.declaration === declaration) tasks.add(task);
          });
      }
  return [...tasks];
}

/** `stream seen and task kind`, `7 declarations`; `undefined` if there is none. */
export function describeUsers(users: readonly Declaration[]): string | undefined {
  const names = users.map((user) =>
    "name" in user ? `${user.kind.toLowerCase()} ${user.name.name}` : `\`${user.kind.toLowerCase()}\``,
  );
  if (names.length > mostNames) return `${names.length} declarations`;
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ") || undefined;
}

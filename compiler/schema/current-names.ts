import { schema } from "./schema.ts";
import type { CallableTable, OptionTable } from "./types.ts";

/**
 * The name of an option today: `max_length` for `most` in the options of a text. Unknown names are returned unchanged.
 */
export function currentName(options: OptionTable, name: string): string {
  if (Object.hasOwn(options, name)) return name;
  return Object.entries(options).find(([, { deprecated = [] }]) => deprecated.includes(name))?.[0] ?? name;
}

/** The entries of a resolved call, `{ kind: "text", most: 24 }`, with the names that its options have today. */
export function withCurrentNames(call: object): object {
  const kind = "kind" in call ? call.kind : undefined;
  const options = typeof kind === "string" ? optionsByKind().get(kind) : undefined;
  if (!options) return call;
  return Object.fromEntries(Object.entries(call).map(([name, value]) => [currentName(options, name), value]));
}

/** Options of the members of families that have deprecated names, by their kind. */
const optionsByKind = (): ReadonlyMap<string, OptionTable> =>
  (known ??= new Map(
    Object.values<CallableTable>(schema.families)
      .flatMap((table) => Object.entries(table).map(([kind, { options }]) => [kind, options] as const))
      .filter(([, options]) => Object.values(options).some(({ deprecated }) => deprecated !== undefined)),
  ));
let known: ReadonlyMap<string, OptionTable> | undefined;

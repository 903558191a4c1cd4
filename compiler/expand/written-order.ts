import type { Entry, Expression } from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";

/**
 * Restores the written order of the entries of maps, which JavaScript objects do not keep: they put integer keys first.
 */
export function inWrittenOrder(written: Expression, resolved: Expression): Expression {
  if (written.kind === "Map" && resolved.kind === "Map")
    return { ...resolved, entries: entriesInOrder(written.entries, resolved.entries) };
  if (written.kind === "List" && resolved.kind === "List")
    return { ...resolved, items: resolved.items.map((item, index) => withWritten(written.items[index], item)) };
  if (written.kind !== "Call" || resolved.kind !== "Call") return resolved;
  const named = new Map(
    written.arguments.flatMap((argument) => (argument.name ? [[argument.name.name, argument.value] as const] : [])),
  );
  return {
    ...resolved,
    arguments: resolved.arguments.map((argument) => ({
      ...argument,
      value: withWritten(named.get(argument.name?.name ?? ""), argument.value),
    })),
  };
}

function withWritten(written: Expression | undefined, resolved: Expression): Expression {
  return written ? inWrittenOrder(written, resolved) : resolved;
}

function entriesInOrder(written: readonly Entry[], resolved: readonly Entry[]): readonly Entry[] {
  const places = new Map(written.map((entry, place) => [keyOf(entry), { place, value: entry.value }]));
  return resolved
    .map((entry) => ({ ...entry, value: withWritten(places.get(keyOf(entry))?.value, entry.value) }))
    .sort(
      (left, right) =>
        (places.get(keyOf(left))?.place ?? written.length) - (places.get(keyOf(right))?.place ?? written.length),
    );
}

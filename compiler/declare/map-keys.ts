import type { Entry, Expression } from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";

/** The entries of a map whose keys are known. Other entries are reported. */
export function knownEntries(
  map: Expression | undefined,
  of: string,
  known: readonly string[],
  reporter: Reporter,
): { readonly entries: readonly Entry[]; readonly sound: boolean } {
  if (map?.kind !== "Map") return { entries: [], sound: true };
  const entries = map.entries.filter((entry) => known.includes(keyOf(entry)));
  for (const entry of map.entries) {
    if (!entries.includes(entry))
      reporter.report("unknown_option", entry.key.span, {
        option: keyOf(entry),
        of,
        nearest: nearest(keyOf(entry), known),
        known: known.join(", ") || "no entries",
      });
  }
  return { entries, sound: entries.length === map.entries.length };
}

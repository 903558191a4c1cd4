import { type Nearest, nearest } from "./nearest.ts";
import type { Fix, Severity } from "./diagnostic.ts";
import type { Written } from "./fixes.ts";

/** One entry of the registry. `Arguments` are the holes of its sentences; `report` requires exactly these. */
export interface DiagnosticDefinition<Arguments> {
  readonly code: string;
  readonly severity: Severity;
  readonly message: (holes: Arguments) => string;
  /** One sentence that says how to fix it. */
  readonly help: (holes: Arguments) => string | undefined;
  /** Edits that cure it, the best one first. */
  readonly fixes?: (holes: Arguments, written: Written) => readonly Fix[];
}

export function define<Arguments extends object = Record<string, never>>(
  definition: DiagnosticDefinition<Arguments>,
): DiagnosticDefinition<Arguments> {
  return definition;
}

/** The sentence ` Did you mean "x"?`, or `undefined` without a suggestion. */
export function didYouMean(meant: Nearest | undefined): string | undefined {
  return meant === undefined ? undefined : `Did you mean "${meant.name}"?`;
}

/** Suggests the nearest name if there is one, and lists the known names in any case. */
export function suggestionAmong(name: string, names: readonly string[], known: string): string {
  const meant = didYouMean(nearest(name, names));
  return meant === undefined ? known : `${meant} ${known}`;
}

/** Joins names by commas. A long list is cut after `most` names and ends with the number of the others. */
export function listed(names: readonly string[], most = 12): string {
  return names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

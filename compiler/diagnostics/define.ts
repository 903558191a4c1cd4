import { nearest } from "./nearest.ts";
import type { Severity } from "./diagnostic.ts";

/** One entry of the registry. `Arguments` are the holes of its sentences; `report` asks for exactly these. */
export interface DiagnosticDefinition<Arguments> {
  readonly code: string;
  readonly severity: Severity;
  readonly message: (holes: Arguments) => string;
  /** What to do about it. */
  readonly help: (holes: Arguments) => string | undefined;
}

export function define<Arguments extends object = Record<string, never>>(
  definition: DiagnosticDefinition<Arguments>,
): DiagnosticDefinition<Arguments> {
  return definition;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(meant: string | undefined): string | undefined {
  return meant === undefined ? undefined : `Did you mean "${meant}"?`;
}

/** What a name was meant to be, where one is near, and in any case what there is. */
export function suggestionAmong(name: string, names: readonly string[], known: string): string {
  const meant = didYouMean(nearest(name, names));
  return meant === undefined ? known : `${meant} ${known}`;
}

/** Names after each other; of very many the first ones and how many more there are. */
export function listed(names: readonly string[], most = 12): string {
  return names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

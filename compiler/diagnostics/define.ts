import type { Severity } from "./diagnostic.ts";

/** One entry of the registry. `Arguments` are the holes of its sentences; `report` asks for exactly these. */
export interface DiagnosticDefinition<Arguments> {
  readonly code: string;
  readonly severity: Severity;
  readonly message: (holes: Arguments) => string;
  /** What to do about it. */
  readonly help: (holes: Arguments) => string | undefined;
}

export function define<Arguments extends object = Record<string, never>>(definition: DiagnosticDefinition<Arguments>): DiagnosticDefinition<Arguments> {
  return definition;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(nearest: string | undefined): string | undefined {
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
}

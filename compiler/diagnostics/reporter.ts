import type { Span } from "../../grammar/ast.ts";
import type { DiagnosticDefinition } from "./define.ts";
import type { Diagnostic, Fix, Related } from "./diagnostic.ts";
import { type DiagnosticName, type Holes, registry } from "./registry.ts";

export interface Reporter {
  readonly diagnostics: readonly Diagnostic[];
  report<Name extends DiagnosticName>(name: Name, at: Span, holes: Holes<Name>, more?: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] }): void;
}

/** Collects diagnostics. The same one at the same place is kept once: elaboration meets a block once for each task and mode. */
export function createReporter(): Reporter {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  return {
    diagnostics,
    report(name, at, holes, more = {}) {
      const definition = registry[name] as DiagnosticDefinition<typeof holes>;
      const message = definition.message(holes);
      const key = `${definition.code} ${at.file} ${at.start} ${at.end} ${message}`;
      if (seen.has(key)) return;
      seen.add(key);
      const help = definition.help(holes);
      diagnostics.push({
        code: definition.code,
        name,
        severity: definition.severity,
        message,
        ...(help === undefined ? {} : { help }),
        at,
        related: more.related ?? [],
        fixes: more.fixes ?? [],
      });
    },
  };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

import type { Span } from "../../grammar/ast.ts";
import { LimitReached } from "../limits.ts";
import type { DiagnosticDefinition } from "./define.ts";
import type { Diagnostic, Related } from "./diagnostic.ts";
import { type DiagnosticName, type Holes, registry } from "./registry.ts";

export interface Reporter {
  readonly diagnostics: readonly Diagnostic[];
  report<Name extends DiagnosticName>(name: Name, at: Span, holes: Holes<Name>, more?: MoreToReport): void;
}

export interface MoreToReport {
  readonly related?: readonly Related[];
  /** Leaves the diagnostic out where the same span has an error already, of which it most likely follows. */
  readonly unless?: "error_at_span";
}

export interface ReporterSettings {
  /** The number of errors after which `LimitReached` is thrown. */
  readonly most?: number;
  /** The text of a file, for fixes; a diagnostic of another file has none. */
  readonly textOf?: (file: string) => string | undefined;
}

/**
 * Collects diagnostics, and throws `LimitReached` after `most` errors. Equal diagnostics at the same span are kept
 * once, because a block is elaborated once for each task and mode.
 */
export function createReporter({ most = Infinity, textOf = () => undefined }: ReporterSettings = {}): Reporter {
  const diagnostics: Diagnostic[] = [];
  let errors = 0;
  const seen = new Set<string>();
  const spansWithError = new Set<string>();
  return {
    diagnostics,
    report(name, at, holes, more = {}) {
      const span = `${at.file} ${at.start} ${at.end}`;
      if (more.unless === "error_at_span" && spansWithError.has(span)) return;
      const definition = registry[name] as DiagnosticDefinition<typeof holes>;
      const message = shortened(definition.message(holes));
      const key = `${definition.code} ${span} ${message}`;
      if (seen.has(key)) return;
      if (definition.severity === "error" && errors === most) throw new LimitReached("mistakes", most, at);
      if (definition.severity === "error") {
        errors += 1;
        spansWithError.add(span);
      }
      seen.add(key);
      const text = textOf(at.file);
      const written = definition.help(holes);
      const help = written === undefined ? undefined : shortened(written);
      diagnostics.push({
        code: definition.code,
        name,
        severity: definition.severity,
        message,
        ...(help === undefined ? {} : { help }),
        at,
        related: more.related ?? [],
        fixes: text === undefined ? [] : (definition.fixes?.(holes, { at, text }) ?? []),
      });
    },
  };
}

/** A reporter that passes everything on, and remembers whether there was anything: also what was reported before, and is left out. */
export function attentive(reporter: Reporter): {
  readonly reporter: Reporter;
  readonly isSilent: () => boolean;
} {
  let isSilent = true;
  return {
    isSilent: () => isSilent,
    reporter: {
      ...reporter,
      report(...diagnostic) {
        isSilent = false;
        reporter.report(...diagnostic);
      },
    },
  };
}

/** Cuts a sentence that quotes a very long text. */
function shortened(sentence: string): string {
  return sentence.length <= LONGEST ? sentence : `${sentence.slice(0, LONGEST)} …`;
}

const LONGEST = 2000;

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

import type { Span } from "../../../grammar/ast.ts";
import type { Diagnostic, Severity } from "../diagnostic.ts";
import { createLineTable, type LineTable, type Position } from "../line-table.ts";

/** Input of every renderer. */
export interface RenderInput {
  readonly diagnostics: readonly Diagnostic[];
  /** Text of each file, by the name that spans use. A file that is missing here is rendered without an excerpt. */
  readonly sources: ReadonlyMap<string, string>;
  /**
   * Converts the name of a file to the name to show, for example relative to the working directory. By default names
   * are shown unchanged.
   */
  readonly displayPath?: (file: string) => string;
}

/** A span in lines and columns. `end` is exclusive. */
export interface Place {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
  readonly lines: LineTable | undefined;
}

/** Converts spans to lines and columns, with one line table per file. */
export function createLocator({ sources, displayPath = (file) => file }: RenderInput): (span: Span) => Place {
  const tables = new Map<string, LineTable>();
  return (span) => {
    const text = sources.get(span.file);
    if (text === undefined)
      return {
        file: displayPath(span.file),
        start: { line: 1, column: 1 },
        end: { line: 1, column: 1 },
        lines: undefined,
      };
    const lines = tables.get(span.file) ?? createLineTable(text);
    tables.set(span.file, lines);
    return {
      file: displayPath(span.file),
      start: lines.positionAt(span.start),
      end: lines.positionAt(span.end),
      lines,
    };
  };
}

/** Sorts diagnostics by file, in the order of `sources`, then by position. */
export function inReadingOrder({ diagnostics, sources }: RenderInput): readonly Diagnostic[] {
  const files = [...sources.keys()];
  const rank = (file: string): number => (files.includes(file) ? files.indexOf(file) : files.length);
  return diagnostics.toSorted(
    (a, b) => rank(a.at.file) - rank(b.at.file) || a.at.start - b.at.start || a.at.end - b.at.end,
  );
}

export type SeverityCounts = { readonly [Kind in Severity]: number };

export function countSeverities(diagnostics: readonly Diagnostic[]): SeverityCounts {
  const count = (severity: Severity): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return { error: count("error"), warning: count("warning"), advice: count("advice") };
}

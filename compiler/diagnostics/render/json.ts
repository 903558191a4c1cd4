import type { Span } from "../../../grammar/ast.ts";
import type { Fix, Severity } from "../diagnostic.ts";
import type { Position } from "../line-table.ts";
import { countSeverities, createLocator, inReadingOrder, type RenderInput, type SeverityCounts } from "./input.ts";

/** Lines and columns count from 1, columns in UTF-16 units; `end` is exclusive. */
export interface JsonPlace {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** The format of `mtl check --format json`. New fields may be added; existing ones do not change. */
export interface JsonReport {
  readonly version: 1;
  readonly counts: SeverityCounts;
  readonly diagnostics: readonly (JsonPlace & {
    readonly code: string;
    readonly name: string;
    readonly severity: Severity;
    readonly message: string;
    readonly help?: string;
    readonly related: readonly (JsonPlace & { readonly message: string })[];
    /** Edits that cure it; a safe one can only be meant. */
    readonly fixes: readonly (JsonPlace & Pick<Fix, "title" | "replacement" | "safety">)[];
  })[];
}

/** Diagnostics for programs, indented. */
export function renderJson(input: RenderInput): string {
  return `${JSON.stringify(jsonReport(input), undefined, 2)}\n`;
}

/** Diagnostics as plain data, in reading order, with the lines and columns of their spans. */
export function jsonReport(input: RenderInput): JsonReport {
  const locate = createLocator(input);
  const place = (span: Span): JsonPlace => {
    const { file, start, end } = locate(span);
    return { file, start, end };
  };
  return {
    version: 1,
    counts: countSeverities(input.diagnostics),
    diagnostics: inReadingOrder(input).map(({ code, name, severity, message, help, at, related, fixes }) => ({
      code,
      name,
      severity,
      message,
      ...(help === undefined ? {} : { help }),
      ...place(at),
      related: related.map((other) => ({ message: other.message, ...place(other.at) })),
      fixes: fixes.map(({ title, replacement, safety, at: part }) => ({ title, replacement, safety, ...place(part) })),
    })),
  };
}

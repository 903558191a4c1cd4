import type { Span } from "../../grammar/ast.ts";

export type Severity = "error" | "warning" | "advice";

/** A second place that explains the first: "width 128 comes from here". */
export interface Related {
  readonly at: Span;
  readonly message: string;
}

/** Replaces the text of a span; the command line and an editor apply the same one. */
export interface Fix {
  readonly title: string;
  readonly at: Span;
  readonly replacement: string;
}

export interface Diagnostic {
  /** Stable: `MTL2003`. */
  readonly code: string;
  /** The registry's key: `unknown_name`. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence that says what is wrong, in the user's terms. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly help?: string;
  readonly at: Span;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

import type { Span } from "../../grammar/ast.ts";

export type Severity = "error" | "warning" | "advice";

/** A second location that explains the first: "width 128 comes from here". */
export interface Related {
  readonly at: Span;
  readonly message: string;
}

/** Replaces the text of a span. It has the same effect in the command line and in an editor. */
export interface Fix {
  readonly title: string;
  readonly at: Span;
  readonly replacement: string;
  /**
   * A `safe` fix is certainly what was meant, and `mtl check --fix` applies it. A `guess` is offered to the user, who
   * has to check it.
   */
  readonly safety: "safe" | "guess";
}

export interface Diagnostic {
  /** Stable code: `MTL2003`. */
  readonly code: string;
  /** Key in the registry: `unknown_name`. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence about the error, in the user's terms. */
  readonly message: string;
  /** One sentence about how to fix it. */
  readonly help?: string;
  readonly at: Span;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

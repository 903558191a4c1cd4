import type { Span } from "../../grammar/ast.ts";

export type Severity = "error" | "warning" | "advice";

/** A second location that explains the first: "width 128 comes from here". */
export interface Related {
  readonly at: Span;
  readonly message: string;
}

/** Replaces the text of a span. The command line and an editor apply it alike. */
export interface Fix {
  readonly title: string;
  readonly at: Span;
  readonly replacement: string;
  /** A safe one can only be meant: `mtl check --fix` makes it. A guess is offered, and whoever asked for it looks at it. */
  readonly safety: "safe" | "guess";
}

export interface Diagnostic {
  /** Stable code: `MTL2003`. */
  readonly code: string;
  /** Key in the registry: `unknown_name`. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence that says what is wrong, in the user's terms. */
  readonly message: string;
  /** One sentence that says how to fix it. */
  readonly help?: string;
  readonly at: Span;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

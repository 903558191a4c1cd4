import type { Node as SyntaxNode, Span } from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import type { Elaboration } from "./elaboration.ts";
import type { Value } from "./value.ts";

/** Local names of a body, innermost first. Later `let`s shadow earlier ones. */
export interface Locals {
  readonly name: string;
  readonly value: () => Value;
  readonly outer: Locals | undefined;
}

/** A call that is open: on the way from a declaration to the expression that is being evaluated. */
export interface CallSite {
  /** Its index in the record of calls. */
  readonly id: number;
  readonly block: string;
  readonly at: Span;
  /** The position for messages: the spans from the innermost call that the user wrote down to this one. */
  readonly spans: readonly Span[];
}

/**
 * The context in which an expression is evaluated: the graph that it emits into, the names in scope, and the names of
 * the weights that it creates.
 */
export interface Frame {
  readonly elaboration: Elaboration;
  /** The application or operator that is being evaluated, to which emitted nodes are attributed. */
  readonly at: Span;
  readonly file: FileScope;
  readonly locals: Locals | undefined;
  /** Segments of the names of weights that are created here. */
  readonly path: readonly string[];
  /** Name of each call site of the body; `undefined` adds none. */
  readonly sites: ReadonlyMap<SyntaxNode, string | undefined>;
  /** Outermost first. */
  readonly calls: readonly CallSite[];
}

export function lookUp(locals: Locals | undefined, name: string): Value | undefined {
  for (let scope = locals; scope; scope = scope.outer) if (scope.name === name) return scope.value();
  return undefined;
}

/** The frame of another expression of the same surroundings. */
export function frameAt(frame: Frame, span: Span): Frame {
  return frame.at === span ? frame : { ...frame, at: span };
}

/** The frame with one more segment in the names of weights. */
export function inside(frame: Frame, segment: string | undefined): Frame {
  return segment === undefined ? frame : { ...frame, path: [...frame.path, segment] };
}

/** The frame with one more local name, whose value may be computed on first use. */
export function withLocal(frame: Frame, name: string, value: Value | (() => Value)): Frame {
  return {
    ...frame,
    locals: { name, value: typeof value === "function" ? once(value) : () => value, outer: frame.locals },
  };
}

function once(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

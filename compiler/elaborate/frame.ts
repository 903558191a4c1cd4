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
  /** From the innermost call that the user wrote to this one: where it is, as messages show it. */
  readonly spans: readonly Span[];
}

/** The surroundings of an expression that is being evaluated: the graph that it becomes a part of, the names that it sees, and how what it makes is called. */
export interface Frame {
  readonly elaboration: Elaboration;
  /** The application or the operator that is being evaluated. What is emitted here comes from it. */
  readonly at: Span;
  readonly file: FileScope;
  readonly locals: Locals | undefined;
  /** Segments of the names of weights that are made here. */
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

/** The frame with one more segment in the names of what is made there. */
export function inside(frame: Frame, segment: string | undefined): Frame {
  return segment === undefined ? frame : { ...frame, path: [...frame.path, segment] };
}

/** The frame with one more local name; the value is made when it is first used. */
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

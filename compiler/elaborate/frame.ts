import type { Node as SyntaxNode, Span } from "../../grammar/ast.ts";
import type { FileScope } from "../bind/symbols.ts";
import type { Value } from "./value.ts";

/** Local names of a body, innermost first. Later `let`s shadow earlier ones. */
export interface Locals {
  readonly name: string;
  readonly value: () => Value;
  readonly outer: Locals | undefined;
}

/** A call on the way from a declaration to where elaboration stands. */
export interface CallSite {
  readonly block: string;
  readonly at: Span;
}

/** Where an expression is evaluated: what it sees, and how what it makes is called. */
export interface Frame {
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

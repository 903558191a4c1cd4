import type { Expression } from "../../grammar/ast.ts";
import { isPrelude } from "../prelude/prelude.ts";
import { describeStream, type Value } from "./value.ts";

/**
 * Keeps what elaboration learns about the expressions of a user's files: the shapes of streams. An expression in a block
 * has one shape for each different use of the block, in the order in which they were met. Texts are kept instead of values, since
 * a value would keep its whole graph alive.
 */
export class Notes {
  readonly #shapes = new Map<Expression, Set<string>>();

  value(expression: Expression, value: Value): void {
    if (value.kind !== "stream" || isPrelude(expression.span.file)) return;
    const known = this.#shapes.get(expression) ?? new Set();
    this.#shapes.set(expression, known.add(describeStream(value.stream)));
  }

  /** `tokens[37 × 64]`; empty for what is no stream, or was not reached. Shapes are without the batch. */
  shapesOf(expression: Expression): readonly string[] {
    return [...(this.#shapes.get(expression) ?? [])];
  }
}

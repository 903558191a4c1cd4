import type { Node as SyntaxNode } from "../../grammar/ast.ts";
import { isPrelude } from "../prelude/prelude.ts";
import { describeStream, type Value } from "./value.ts";

/** The facts that are known of the expressions of a user's files. */
export interface LearntNotes {
  /** `tokens[37 × 64]`; empty for what is no stream, or was not reached. Shapes are without the batch. */
  shapesOf(expression: SyntaxNode): readonly string[];
}

/**
 * Keeps what one elaboration learns about the expressions of a user's files: the shapes of streams. An expression in a block
 * has one shape for each different use of the block, in the order in which they were met. Texts are kept instead of values, since
 * a value would keep its whole graph alive.
 */
export class Notes implements LearntNotes {
  readonly #shapes = new Map<SyntaxNode, Set<string>>();

  value(expression: SyntaxNode, value: Value): void {
    if (value.kind !== "stream" || isPrelude(expression.span.file)) return;
    const known = this.#shapes.get(expression) ?? new Set();
    this.#shapes.set(expression, known.add(describeStream(value.stream)));
  }

  shapesOf(expression: SyntaxNode): readonly string[] {
    return [...(this.#shapes.get(expression) ?? [])];
  }
}

/** The notes of all elaborations of a compilation, in their order. */
export class NotesOfAll implements LearntNotes {
  readonly #all: { readonly notes: Notes; readonly own: (expression: SyntaxNode) => SyntaxNode | undefined }[] = [];

  /** `own` gives the expression that the notes have for one of this compilation, where they are of an earlier one. */
  add(notes: Notes, own: (expression: SyntaxNode) => SyntaxNode | undefined = (expression) => expression): void {
    this.#all.push({ notes, own });
  }

  shapesOf(expression: SyntaxNode): readonly string[] {
    const shapes = this.#all.flatMap(({ notes, own }) => {
      const node = own(expression);
      return node ? notes.shapesOf(node) : [];
    });
    return [...new Set(shapes)];
  }
}

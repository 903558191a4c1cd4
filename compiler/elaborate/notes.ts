import type { Node as SyntaxNode } from "../../grammar/ast.ts";
import type { Shape } from "../graph/graph.ts";
import { isPrelude } from "../prelude/prelude.ts";
import type { StreamKind } from "../resolve/parameter-type.ts";
import { partNames } from "./members.ts";
import { describeStream, shapeOf, type Value } from "./value.ts";

/** The facts that are known of the expressions of a user's files. */
export interface LearntNotes {
  /** `tokens[37 × 64]`; empty for what is no stream, or was not reached. Shapes are without the batch. */
  shapesOf(expression: SyntaxNode): readonly string[];
  /** The different values of an expression, in the order in which they were met. */
  valuesOf(expression: SyntaxNode): readonly LearntValue[];
}

/** A value of an expression, as far as people ask for it. */
export type LearntValue =
  | LearntStream
  | { readonly kind: "plain"; readonly value: number | boolean | string }
  /** A stream of a modality that a task does not use. */
  | { readonly kind: "absent" }
  /** Several streams with the names that may follow a point: the results of a fusion. */
  | { readonly kind: "parts"; readonly names: readonly string[] };

export interface LearntStream {
  readonly kind: "stream";
  readonly stream: StreamKind;
  /** The sizes of all axes but the batch. */
  readonly shape: Shape;
  /** `tokens[37 × 64]`. */
  readonly text: string;
  /** Some of its elements may be padding, or hidden. */
  readonly isMasked: boolean;
  /** Some rows may lack the modality that it is computed from. */
  readonly mayBeMissing: boolean;
  /** Names of its positions: `cls`. */
  readonly positions: readonly string[];
  readonly vocabulary?: number;
}

/**
 * Keeps what one elaboration learns about the expressions of a user's files. An expression in a block
 * has one value for each different use of the block, in the order in which they were met. Descriptions are kept instead of values, since
 * a value would keep its whole graph alive.
 */
export class Notes implements LearntNotes {
  readonly #values = new Map<SyntaxNode, Map<string, LearntValue>>();

  value(expression: SyntaxNode, value: Value): void {
    if (isPrelude(expression.span.file)) return;
    const learnt = learntFrom(value);
    if (!learnt) return;
    const known = this.#values.get(expression) ?? new Map<string, LearntValue>();
    this.#values.set(expression, known.set(keyOf(learnt), learnt));
  }

  shapesOf(expression: SyntaxNode): readonly string[] {
    return shapesAmong(this.valuesOf(expression));
  }

  valuesOf(expression: SyntaxNode): readonly LearntValue[] {
    return [...(this.#values.get(expression)?.values() ?? [])];
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
    return shapesAmong(this.valuesOf(expression));
  }

  valuesOf(expression: SyntaxNode): readonly LearntValue[] {
    const values = this.#all.flatMap(({ notes, own }) => {
      const node = own(expression);
      return node ? notes.valuesOf(node) : [];
    });
    return [...new Map(values.map((value) => [keyOf(value), value])).values()];
  }
}

function learntFrom(value: Value): LearntValue | undefined {
  switch (value.kind) {
    case "number":
    case "bool":
    case "string":
      return { kind: "plain", value: value.value };
    case "absent":
      return { kind: "absent" };
    case "stream": {
      const { stream } = value;
      return {
        kind: "stream",
        stream: stream.kind,
        shape: shapeOf(stream),
        text: describeStream(stream),
        isMasked: stream.mask !== undefined,
        mayBeMissing: (stream.presence ?? []).length > 0,
        positions: [...stream.positions.keys()],
        ...(stream.vocabulary === undefined ? {} : { vocabulary: stream.vocabulary }),
      };
    }
    case "record":
    case "tuple":
      return { kind: "parts", names: partNames(value) };
    default:
      return undefined;
  }
}

function keyOf(value: LearntValue): string {
  if (value.kind === "stream")
    return `${value.text} ${value.isMasked} ${value.mayBeMissing} ${value.positions.join(" ")} ${value.vocabulary ?? ""}`;
  if (value.kind === "parts") return `.${value.names.join(".")}`;
  return value.kind === "plain" ? JSON.stringify(value.value) : value.kind;
}

function shapesAmong(values: readonly LearntValue[]): readonly string[] {
  return [...new Set(values.flatMap((value) => (value.kind === "stream" ? [value.text] : [])))];
}

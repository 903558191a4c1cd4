import type { Layout } from "../../graph/graph.ts";
import { prefix, sameLayout } from "./layout.ts";

/** One axis of a value in a shorter graph and in the full one. How they lie is not known before it meets another axis where any way would do. */
export class Axis {
  readonly short: number;
  readonly full: number;
  #layout: Layout | undefined;
  /** The axis that this one has met, whose layout is its own. */
  #same: Axis | undefined;

  constructor(short: number, full: number, layout?: Layout) {
    this.short = short;
    this.full = full;
    this.#layout = layout ?? (short === full ? [{ length: short, gap: 0 }] : undefined);
  }

  get isWhole(): boolean {
    return this.short === this.full;
  }

  get isSettled(): boolean {
    return this.#root().#layout !== undefined;
  }

  /** Its layout; where nothing has said so far, its places are the first ones. */
  settle(): Layout {
    const root = this.#root();
    return (root.#layout ??= prefix(root.short, root.full));
  }

  /** Tells whether both can hold the same places; from now on they do. */
  meet(other: Axis): boolean {
    const [left, right] = [this.#root(), other.#root()];
    if (left === right) return true;
    if (left.short !== right.short || left.full !== right.full) return false;
    if (left.#layout && right.#layout) return sameLayout(left.#layout, right.#layout);
    if (left.#layout) right.#same = left;
    else left.#same = right;
    return true;
  }

  #root(): Axis {
    return this.#same ? this.#same.#root() : this;
  }
}

/** What is known of the places that a shorter graph lacks: that all hold one number; that all are too low to count in a softmax. */
export type Outside = number | "low" | undefined;

/**
 * What is known of a value: in the places that the shorter graph has, it is that of the full one.
 */
export interface Fact {
  readonly axes: readonly Axis[];
  /** For each axis, what holds wherever it is in a place that the shorter graph lacks. */
  readonly outside: readonly Outside[];
  /** The number in every place. */
  readonly everywhere?: number;
  /** Whether its numbers are places of tokens that a row has, which are below every length that the row fits. */
  readonly isPlace?: boolean;
}

export function outsideOf({ everywhere, outside }: Fact, axis: number): Outside {
  return everywhere ?? outside[axis];
}

/** Too low to count beside any score, as the masks of a softmax are. */
export function isLow(outside: Outside): boolean {
  return outside === "low" || (outside !== undefined && outside <= -1e8);
}

/** Nothing is known of what it lacks. */
export function unknownOutside(axes: readonly Axis[]): Fact {
  return { axes, outside: axes.map(() => undefined) };
}

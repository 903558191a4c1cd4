import type { Layout } from "../../graph/graph.ts";
import { prefix, sameLayout } from "./layout.ts";

/**
 * An axis of a value in both graphs, with the layout that maps the indices of the shorter graph to those of the full
 * one. Axes are nodes of a union-find: the layout of an axis whose values do not differ along it is undetermined until
 * `unify` joins it with an axis whose layout is known.
 */
export class Axis {
  readonly short: number;
  readonly full: number;
  #layout: Layout | undefined;
  #parent: Axis | undefined;

  constructor(short: number, full: number, layout?: Layout) {
    this.short = short;
    this.full = full;
    this.#layout = layout ?? (short === full ? [{ length: short, gap: 0 }] : undefined);
  }

  /** True if both graphs have all indices of the axis. */
  get isWhole(): boolean {
    return this.short === this.full;
  }

  get isResolved(): boolean {
    return this.#root().#layout !== undefined;
  }

  /** The layout. An axis that is still undetermined is fixed to the first indices of the full axis. */
  resolve(): Layout {
    const root = this.#root();
    return (root.#layout ??= prefix(root.short, root.full));
  }

  /** Joins both axes. Returns false if their sizes or known layouts differ. */
  unify(other: Axis): boolean {
    const [left, right] = [this.#root(), other.#root()];
    if (left === right) return true;
    if (left.short !== right.short || left.full !== right.full) return false;
    if (left.#layout && right.#layout) return sameLayout(left.#layout, right.#layout);
    if (left.#layout) right.#parent = left;
    else left.#parent = right;
    return true;
  }

  #root(): Axis {
    return this.#parent ? this.#parent.#root() : this;
  }
}

/** Axes with undetermined layouts: any layout is right, because the value does not differ along those that vary. */
export function undeterminedAxes(short: readonly number[], full: readonly number[]): readonly Axis[] {
  return short.map((size, axis) => new Axis(size, full[axis] ?? size));
}

/** Axes of which the shorter graph has the first indices. */
export function prefixAxes(short: readonly number[], full: readonly number[]): readonly Axis[] {
  return short.map((size, axis) => new Axis(size, full[axis] ?? size, prefix(size, full[axis] ?? size)));
}

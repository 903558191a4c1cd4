import type { Axis } from "./axis.ts";

/**
 * An abstract value of the elements that the full graph has and the shorter one lacks: the number that all of them
 * equal, `low` if all are too low to matter in a softmax, or `undefined` if nothing is known.
 */
export type Padding = number | "low" | undefined;

export interface AxisFact {
  readonly axis: Axis;
  /** The padding of all elements whose index along this axis is missing in the shorter graph. */
  readonly padding: Padding;
}

/**
 * The facts about a value in both graphs: elements that both have are equal, and `axes` describes the elements that the
 * shorter graph lacks.
 */
export interface ValueFact {
  readonly axes: readonly AxisFact[];
  /** The number that every element is. */
  readonly everywhere?: number;
  /** True if the elements are positions of tokens that a row has; they are below every length that the row fits. */
  readonly holdsPositions?: boolean;
}

/** A fact about axes whose padding is given by their index. */
export function factOf(axes: readonly Axis[], paddingOf: (index: number) => Padding): ValueFact {
  return { axes: axes.map((axis, index) => ({ axis, padding: paddingOf(index) })) };
}

export function unknownPadding(axes: readonly Axis[]): ValueFact {
  return factOf(axes, () => undefined);
}

export function axesOfFact({ axes }: ValueFact): readonly Axis[] {
  return axes.map(({ axis }) => axis);
}

export function paddingAt({ everywhere, axes }: ValueFact, index: number): Padding {
  return everywhere ?? axes[index]?.padding;
}

/** True if a fact's axis has another length in the shorter graph. */
export function varies({ axes }: ValueFact, index: number): boolean {
  return axes[index]?.axis.isWhole === false;
}

/** True for values that are negligible in a softmax, such as those of its masks. */
export function isLow(padding: Padding): boolean {
  return padding === "low" || (padding !== undefined && padding <= -1e8);
}

/** Padding of functions that are 0 at 0. */
export function zeroOrUnknown(padding: Padding): Padding {
  return padding === 0 ? 0 : undefined;
}

import type { ByteMove } from "../../graph/graph.ts";
import type { Rules } from "../../semantics.ts";

/** A rate as a random byte decides it: what is drawn at `below` or less has met it. */
export interface DrawnRate {
  readonly below: number;
  /** The share of bytes that are that low, once they are moved. */
  readonly rate: number;
  readonly moved?: ByteMove;
}

/** A rate, or its complement, that rounding changes by more than this share of itself is not rounded. */
const TOLERANCE = 0.01;

/**
 * A byte has 256 values. Where 256ths do not give a rate, the value that it lies within is split: a share of its bytes is moved to its neighbour, by a
 * further draw for each (as long as few bytes are split, that costs little), so that the rate is exact.
 */
export function drawnRate(rate: number, { dropoutRate }: Rules): DrawnRate | undefined {
  const rounded = Math.round(rate * 256);
  if (rate === 0 || (dropoutRate === "of_256" && rounded === 0)) return undefined;
  if (dropoutRate === "of_256" || isNear(rounded / 256, rate)) return { below: rounded - 0.5, rate: rounded / 256 };
  const split = Math.floor(rate * 256);
  const share = rate * 256 - split;
  // The last value has a neighbour below it only.
  return split < 255
    ? { below: split + 0.5, rate, moved: { from: split, to: split + 1, share: 1 - share } }
    : { below: split - 0.5, rate, moved: { from: split, to: split - 1, share } };
}

function isNear(found: number, wanted: number): boolean {
  return Math.abs(found - wanted) <= TOLERANCE * Math.min(wanted, 1 - wanted);
}

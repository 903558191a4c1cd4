import type { ByteMove } from "../../graph/graph.ts";
import type { Rules } from "../../semantics.ts";

/** A rate that a random byte decides: the event happens for a byte of at most `below`. */
export interface DrawnRate {
  readonly below: number;
  /** The fraction of such bytes, after bytes were moved. */
  readonly rate: number;
  readonly moved?: ByteMove;
}

/** The relative change of a rate, or of its complement, up to which it is rounded. */
const TOLERANCE = 0.01;

/**
 * A byte has 256 values. If a rate is not a multiple of 1∕256, the value at its boundary is split: a fraction of the
 * bytes with this value is moved to its neighbour, with a further random draw for each, so that the rate is exact. Few
 * bytes are split, so that this costs little.
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

import { poison, streamValue } from "../value.ts";
import type { Native, NativeCall } from "./native.ts";

/** Sizes of one side of the distances: all of them, or those before the token or after it. */
interface Side {
  readonly buckets: number;
  /** Distances below it have a bucket of their own. */
  readonly exact: number;
  readonly farthest: number;
}

/**
 * The bucket of the distance from each token to each token (Raffel et al., 2020, §2.1, as in the authors' code). Small
 * distances have a bucket each, and the others share buckets whose bounds grow exponentially up to `farthest`.
 */
export const distanceBuckets: Native = {
  naming: "segment",
  apply: (call) => {
    const [length, buckets] = [call.number("length"), call.number("buckets")];
    const isBoth = call.choice("direction") === "both";
    const side = sideOf(call, isBoth ? buckets / 2 : buckets);
    if (!side) return poison;
    call.constants(length * length);
    const data = Int32Array.from({ length: length * length }, (_, index) => {
      const after = (index % length) - Math.floor(index / length);
      if (!isBoth) return bucketOf(Math.max(-after, 0), side);
      return bucketOf(Math.abs(after), side) + (after > 0 ? side.buckets : 0);
    });
    return streamValue({
      kind: "ids",
      value: call.emit("constant", [], { dtype: "int32", shape: [length, length], data }),
      batch: "shared",
      positions: new Map(),
      vocabulary: buckets,
    });
  },
};

function sideOf(call: NativeCall, buckets: number): Side | undefined {
  const [exact, farthest] = [Math.floor(buckets / 2), call.number("farthest")];
  if (Number.isInteger(buckets) && exact >= 1 && farthest > exact) return { buckets, exact, farthest };
  const message =
    farthest > exact
      ? `${call.number("buckets")} buckets cannot be divided among distances: take a multiple of 2, at least 4.`
      : `Distances up to ${exact} have a bucket each, so \`farthest\` must exceed ${exact}; it is ${farthest}.`;
  call.reportForCaller("requirement", { message, path: "" });
  return undefined;
}

function bucketOf(distance: number, { buckets, exact, farthest }: Side): number {
  if (distance < exact) return distance;
  const shared = (Math.log(distance / exact) / Math.log(farthest / exact)) * (buckets - exact);
  // A bound that is a whole number, such as 64 with the default values, belongs to the bucket that it begins.
  return Math.min(exact + Math.floor(shared + 1e-9), buckets - 1);
}

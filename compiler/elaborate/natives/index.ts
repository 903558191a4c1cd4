import { differentiationNatives } from "./differentiation.ts";
import { setNatives } from "./sets.ts";
import { distanceBuckets } from "./distance-buckets.ts";
import { elementwiseNatives } from "./elementwise.ts";
import { maskedNatives } from "./masked.ts";
import { movementNatives } from "./movement.ts";
import type { Native } from "./native.ts";
import { presenceNatives } from "./presence.ts";
import { reductionNatives } from "./reduction.ts";
import { windowNatives } from "./windows.ts";
import { sourceNatives } from "./sources.ts";
import { structureNatives } from "./structure.ts";

/**
 * Every native block by name. `prelude/primitives.mtl` declares each with an empty body, and a test compares the two.
 */
export const natives: { readonly [name: string]: Native | undefined } = {
  ...elementwiseNatives,
  ...reductionNatives,
  ...movementNatives,
  ...windowNatives,
  ...structureNatives,
  ...presenceNatives,
  ...sourceNatives,
  ...differentiationNatives,
  ...maskedNatives,
  ...setNatives,
  distance_buckets: distanceBuckets,
};

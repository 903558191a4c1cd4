import { featuresOfMasked } from "../../../compiler/targets/masked.ts";
import { UserError } from "../../user-error.ts";
import type { Batch } from "../data.ts";
import { featureArray, rowOf } from "../columns/feature-store.ts";
import type { TokenMasking } from "./mask-tokens.ts";
import { specialIds, specialTokens } from "../tokenizers/special-tokens.ts";
import type { TextEncoding } from "../tokenizers/text-encoding.ts";

const mask = specialTokens[specialIds.mask];

/** The masked positions of one text, in order, which the model is asked to fill. */
export interface AskedTokens {
  readonly ids: readonly number[];
  readonly positions: readonly number[];
  /** The number of positions of a row in the graph. */
  readonly most: number;
  readonly decode: (ids: readonly number[]) => string;
}

/** An encoding that reads "[MASK]" as the mask token, for a user's query. In data it is ordinary text. */
export function withMasks(encoding: TextEncoding): TextEncoding {
  return {
    ...encoding,
    encode: (text) =>
      text.split(mask).flatMap((part, index) => [...(index === 0 ? [] : [specialIds.mask]), ...encoding.encode(part)]),
  };
}

/**
 * Adds the positions of the masks to a batch. Passes examples without a mask, or with too many, to `leaveOut` with a
 * `UserError` of kind "data".
 */
export function askForTokens(
  batch: Batch,
  size: number,
  masking: TokenMasking | undefined,
  leaveOut: (row: number, error: UserError) => void,
): Batch {
  if (!masking) return batch;
  const { masked } = masking;
  const { modality } = masked.target;
  const features = featuresOfMasked(masked);
  const { positions: most } = masked;
  const problemOf = (asked: number, example: string): UserError | undefined => {
    if (asked === 0)
      return new UserError(
        "data",
        `${example} has no ${mask} in its ${modality}.`,
        `Write ${mask} for each token to predict, within the first ${masked.text.max_length} tokens.`,
      );
    if (asked > most)
      return new UserError(
        "data",
        `${example} has ${asked} masks in its ${modality}; the model can predict ${most} at once.`,
        "Use fewer masks, or train with a higher rate.",
      );
    return undefined;
  };
  const made = { positions: featureArray(features.positions, size), mask: featureArray(features.mask, size) };
  const ids = batch.features.get(`${modality}.ids`) ?? new Int32Array(0);
  for (const [row, example] of batch.keys.entries()) {
    if (batch.rowWeight[row] === 0) continue;
    const positions = masksIn(rowOf(ids, features.original, row));
    const problem = problemOf(positions.length, example);
    if (problem) {
      leaveOut(row, problem);
      continue;
    }
    for (const [place, position] of positions.entries()) {
      made.positions[row * most + place] = position;
      made.mask[row * most + place] = 1;
    }
  }
  return {
    ...batch,
    features: new Map([
      ...batch.features,
      [features.original.name, ids],
      [features.positions.name, made.positions],
      [features.mask.name, made.mask],
    ]),
  };
}

/** The masked positions in one row of such a batch. */
export function askedTokens(
  { features }: Batch,
  row: number,
  masking: TokenMasking | undefined,
): AskedTokens | undefined {
  if (!masking) return undefined;
  const { masked, encoding } = masking;
  const { original } = featuresOfMasked(masked);
  const own = rowOf(features.get(original.name) ?? new Int32Array(0), original, row);
  const length = own.findLastIndex((id) => id !== specialIds.padding) + 1;
  return {
    ids: [...own.subarray(0, length)],
    positions: masksIn(own),
    most: masked.positions,
    decode: (ids) => encoding.decode(ids),
  };
}

function masksIn(ids: Iterable<number>): readonly number[] {
  return [...ids].flatMap((id, position) => (id === specialIds.mask ? [position] : []));
}

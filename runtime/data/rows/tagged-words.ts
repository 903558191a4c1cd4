import type { TaggedWords } from "../../targets/runtime-target.ts";
import { type FeatureStore, slotsOf } from "../columns/feature-store.ts";
import type { TextEncoding } from "../tokenizers/text-encoding.ts";
import { wordStarts } from "../tokenizers/word-starts.ts";

/** The words of an encoded text in a row of a store; `undefined` if the store has no text. */
export function taggedWords(
  store: FeatureStore,
  row: number,
  modality: string,
  encoding: Pick<TextEncoding, "startsWord">,
): TaggedWords | undefined {
  const slots = new Map(slotsOf(store, row).map((slot, index) => [store.features[index]?.name, slot]));
  const [ids, mask] = [slots.get(`${modality}.ids`), slots.get(`${modality}.mask`)];
  if (!ids || !mask) return undefined;
  return {
    starts: wordStarts(ids, mask, encoding),
    length: ids.length,
    isFull: mask.every((there) => there === 1),
  };
}

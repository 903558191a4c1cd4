import {
  type GeneratedText,
  featureOfSequenceTarget,
  featuresOfGenerated,
  generatedTextOf,
} from "../../../compiler/targets/sequence.ts";
import type { Batch, BatchRequest } from "../data.ts";
import { featureArray, rowOf } from "../columns/feature-store.ts";
import { specialIds } from "../tokenizers/special-tokens.ts";
import type { MakerOfTask } from "./maker.ts";

export const tokenShifter: MakerOfTask = ({ name, target }, { specification }) => {
  const generated = target.kind === "sequence" ? generatedTextOf(target, specification) : undefined;
  return generated && ((batch, request) => shiftTokens(batch, request, { task: name, generated }));
};

/**
 * Makes the tokens of the batch's texts its target, and leaves the model those before each of them (teacher forcing):
 * the texts begin with the token that ends them, and lose their end. A row without a token has weight 0.
 */
export function shiftTokens(
  batch: Batch,
  { size }: Pick<BatchRequest, "size">,
  { task, generated }: { readonly task: string; readonly generated: GeneratedText },
): Batch {
  const { ids: idsFeature, mask: maskFeature } = featuresOfGenerated(generated);
  const targetFeature = featureOfSequenceTarget(task, generated);
  const ids = batch.features.get(idsFeature.name) ?? new Int32Array(0);
  const there = batch.features.get(maskFeature.name) ?? new Uint8Array(0);
  const target = featureArray(targetFeature, size).fill(-1);
  const rowWeight = batch.rowWeight.slice();
  const weights = batch.weights?.slice();
  for (let row = 0; row < size; row++) {
    const own = rowOf(ids, idsFeature, row);
    const length = rowOf(there, maskFeature, row).filter((each) => each > 0).length;
    rowOf(target, targetFeature, row).set(own.subarray(0, length));
    if (length === 0) {
      rowWeight[row] = 0;
      weights?.fill(0, row, row + 1);
      continue;
    }
    own.copyWithin(1, 0, length - 1);
    own[0] = specialIds.separator;
  }
  return {
    ...batch,
    rowWeight,
    ...(weights ? { weights } : {}),
    features: new Map([...batch.features, [targetFeature.name, target]]),
  };
}

import type { TextLengths } from "../../../compiler/stage/plan.ts";
import type { TargetFeature } from "../../../compiler/targets/target.ts";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { TensorData } from "../../engines/engine.ts";
import type { Batch } from "../data.ts";

/** The features of a text that have a number for each token. */
const perToken = ["ids", "mask", "segments", "original"];

/**
 * The batch with its texts cut to the first `lengths` tokens, which hold everything that its rows have. What was drawn
 * for the full length is cut the same way, and so are targets with a number for each token.
 */
export function shortenTexts(
  batch: Batch,
  { modalities }: Pick<ResolvedSpecification, "modalities">,
  lengths: TextLengths,
  targets: readonly Pick<TargetFeature, "name" | "tokensOf">[] = [],
): Batch {
  const features = new Map(batch.features);
  for (const [name, length] of Object.entries(lengths)) {
    const modality = modalities[name];
    if (modality?.kind !== "text") throw new Error(`"${name}" is no text`);
    const ofTarget = targets.filter(({ tokensOf }) => tokensOf === name).map((feature) => feature.name);
    for (const feature of [...perToken.map((part) => `${name}.${part}`), ...ofTarget]) {
      const whole = features.get(feature);
      if (whole) features.set(feature, firstTokens(whole, modality.max_length, length));
    }
  }
  return { ...batch, features };
}

function firstTokens(whole: TensorData, most: number, length: number): TensorData {
  const texts = whole.length / most;
  const shorter = whole.slice(0, texts * length);
  for (let text = 0; text < texts; text++)
    shorter.set(whole.subarray(text * most, text * most + length), text * length);
  return shorter;
}

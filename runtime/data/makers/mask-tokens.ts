import {
  type MaskedText,
  featureOfMaskedTarget,
  featuresOfMasked,
  maskedTextOf,
} from "../../../compiler/targets/masked.ts";
import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type Rules, rulesOf } from "../../../compiler/semantics.ts";
import type { TensorData } from "../../engines/engine.ts";
import { type Generator, generator } from "../../random/generator.ts";
import type { Batch, BatchRequest } from "../data.ts";
import { featureArray, rowOf } from "../columns/feature-store.ts";
import { specialIds, specialTokens } from "../tokenizers/special-tokens.ts";
import type { TextEncoding } from "../tokenizers/text-encoding.ts";
import type { MakerContext, MakerOfTask } from "./maker.ts";

/** A task whose target is `masked`, and the encoding of its text. */
export interface TokenMasking {
  readonly task: string;
  readonly masked: MaskedText;
  readonly encoding: TextEncoding;
  readonly hiddenWords?: Rules["hiddenWords"];
}

/** The masking of a task; undefined where it hides no tokens. */
export function tokenMaskingOf(
  { name, target }: ResolvedTask,
  { specification, encodingOf }: MakerContext,
): TokenMasking | undefined {
  const masked = target.kind === "masked" ? maskedTextOf(target, specification) : undefined;
  const { hiddenWords } = rulesOf(specification);
  return masked && { task: name, masked, encoding: encodingOf(masked.target.modality), hiddenWords };
}

export const tokenMasker: MakerOfTask = (task, context) => {
  const masking = tokenMaskingOf(task, context);
  return masking && ((batch, request) => hideTokens(batch, request, masking));
};

/**
 * Hides tokens of the batch's texts, and makes the hidden tokens its target. Draws are keyed by (seed, stage, task,
 * epoch, example); without a draw they are always the same, so that evaluations can be compared. A row in which no
 * token can be hidden has weight 0.
 */
export function hideTokens(
  batch: Batch,
  { size, draw }: Pick<BatchRequest, "size" | "draw">,
  masking: TokenMasking,
): Batch {
  const { masked, task } = masking;
  const { original, positions, mask } = featuresOfMasked(masked);
  const target = featureOfMaskedTarget(task, masked);
  const { positions: most } = masked;
  const ids = batch.features.get(`${masked.target.modality}.ids`) ?? new Int32Array(0);
  const there = batch.features.get(`${masked.target.modality}.mask`) ?? new Uint8Array(0);
  const made = {
    original: ids.slice(),
    positions: featureArray(positions, size),
    mask: featureArray(mask, size),
    target: featureArray(target, size).fill(-1),
  };
  const rowWeight = batch.rowWeight.slice();
  const weights = batch.weights?.slice();
  for (const [row, key] of batch.keys.entries()) {
    const own = rowOf(ids, original, row);
    const length = rowOf(there, original, row).filter((each) => each > 0).length;
    const random = draw
      ? generator(draw.seed, "hidden tokens", draw.stage, task, draw.epoch, key)
      : generator(0, "hidden tokens", "evaluation", task, key);
    const chosen = chooseTokens([...own.subarray(0, length)], masking, random);
    if (chosen.length === 0) {
      rowWeight[row] = 0;
      weights?.fill(0, row, row + 1);
    }
    for (const [place, position] of chosen.entries()) {
      made.positions[row * most + place] = position;
      made.mask[row * most + place] = 1;
      made.target[row * most + place] = own[position] ?? -1;
    }
    corrupt(own, chosen, masking, random);
  }
  const added: readonly (readonly [string, TensorData])[] = [
    [original.name, made.original],
    [positions.name, made.positions],
    [mask.name, made.mask],
    [target.name, made.target],
  ];
  return { ...batch, rowWeight, ...(weights ? { weights } : {}), features: new Map([...batch.features, ...added]) };
}

/**
 * Chooses the positions to predict, in order: each token with the declared probability, or whole words until the same
 * number of tokens is reached. At least one is chosen, and no more than there is room for.
 */
function chooseTokens(
  ids: readonly number[],
  { masked, encoding, hiddenWords = "share_of_tokens" }: TokenMasking,
  random: Generator,
): readonly number[] {
  const { rate, unit } = masked.target;
  const units = unitsOf(ids, unit === "word" ? (id) => encoding.startsWord(id) : () => true);
  const room = masked.positions;
  const byTokens = unit === "word" && hiddenWords === "share_of_tokens";
  const chosen: number[] = byTokens ? chooseWords(units, { share: rate, room }, random) : [];
  if (!byTokens)
    for (const places of units)
      if (random.uniform() < rate && chosen.length + places.length <= room) chosen.push(...places);
  if (chosen.length > 0 || units.length === 0 || rate === 0) return chosen;
  return (units[random.below(units.length)] ?? []).slice(0, room);
}

/**
 * Chooses words in a random order until their share of tokens is reached. The word that exceeds the share is taken with
 * the probability that makes the expected number right, so that long words, of which few fit, are hidden as often as
 * short ones.
 */
function chooseWords(
  words: readonly (readonly number[])[],
  { share, room }: { readonly share: number; readonly room: number },
  random: Generator,
): number[] {
  let left = share * words.flat().length;
  const chosen: number[] = [];
  for (const index of random.permutation(words.length)) {
    const places = words[index] ?? [];
    if (chosen.length + places.length > room) continue;
    const isLast = places.length > left;
    if (!isLast || random.uniform() * places.length < left) chosen.push(...places);
    if (isLast) break;
    left -= places.length;
  }
  return chosen.sort((one, other) => one - other);
}

/**
 * The positions of ordinary tokens, grouped into words; `begins` tells if a token begins one. A special token belongs
 * to no group and ends the current one.
 */
function unitsOf(ids: readonly number[], begins: (id: number) => boolean): readonly (readonly number[])[] {
  const units: number[][] = [];
  let open = false;
  for (const [place, id] of ids.entries()) {
    if (id < specialTokens.length) open = false;
    else if (open && !begins(id)) units.at(-1)?.push(place);
    else open = units.push([place]) > 0;
  }
  return units;
}

/**
 * Keeps some of the chosen tokens, replaces some by random ones, and the rest by the mask token (Devlin et al., 2019,
 * §3.1).
 */
function corrupt(
  ids: TensorData,
  chosen: readonly number[],
  { masked, encoding }: TokenMasking,
  random: Generator,
): void {
  const { keep, replace } = masked.target;
  for (const position of chosen) {
    const share = random.uniform();
    if (share < keep) continue;
    ids[position] =
      share < keep + replace
        ? specialTokens.length + random.below(encoding.size - specialTokens.length)
        : specialIds.mask;
  }
}

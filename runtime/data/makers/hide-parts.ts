import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type HiddenParts, featuresOfHidden, hiddenPartsOf } from "../../../compiler/targets/hidden-parts.ts";
import { taskTarget } from "../../../compiler/targets/task-target.ts";
import type { TargetFeature } from "../../../compiler/targets/target.ts";
import type { TensorData } from "../../engines/engine.ts";
import { type Generator, generator } from "../../random/generator.ts";
import { featureArray, rowOf } from "../columns/feature-store.ts";
import type { Batch, BatchRequest } from "../data.ts";
import { overlapOf } from "../rows/overlap.ts";
import type { MakerOfTask } from "./maker.ts";
import { type PartValues, valuesOfParts } from "./part-values.ts";

/** A task that predicts hidden parts. */
export interface PartHiding {
  readonly task: string;
  readonly parts: HiddenParts;
  /** The target, and 1 for each position that a row has. */
  readonly targets: readonly TargetFeature[];
}

export function partHidingOf(
  task: ResolvedTask,
  specification: Pick<ResolvedSpecification, "modalities">,
): PartHiding | undefined {
  const { target } = task;
  if (target.kind !== "masked_classes" && target.kind !== "masked_values") return undefined;
  const parts = hiddenPartsOf(target, specification);
  const targets = taskTarget(task, specification).features.filter(({ use }) => use !== "read");
  return parts && { task: task.name, parts, targets };
}

export const partHider: MakerOfTask = (task, { specification }) => {
  const hiding = partHidingOf(task, specification);
  return hiding && ((batch, request) => hideParts(batch, request, hiding));
};

/**
 * Hides parts of a modality in a batch, and makes their classes or numbers its target. Draws are keyed by (seed, stage,
 * task, epoch, example); without a draw they are always the same. A row in which no part can be hidden has weight 0.
 */
export function hideParts(
  batch: Batch,
  { size, draw }: Pick<BatchRequest, "size" | "draw">,
  { task, parts, targets }: PartHiding,
): Batch {
  const { modality } = parts.target;
  const features = new Map(batch.features);
  const values = features.get(modality);
  // Values are changed in place, as tokens are.
  if (!values) throw new Error(`a batch without ${modality}`);
  const made = new Map<string, TensorData>();
  for (const feature of Object.values(featuresOfHidden(parts))) made.set(feature.name, featureArray(feature, size));
  for (const feature of targets) made.set(feature.name, featureArray(feature, size).fill(feature.empty));
  const rowWeight = batch.rowWeight.slice();
  const weights = batch.weights?.slice();
  for (const [row, key] of batch.keys.entries()) {
    const random = draw
      ? generator(draw.seed, "hidden parts", draw.stage, task, draw.epoch, key)
      : generator(0, "hidden parts", "evaluation", task, key);
    const own = valuesOfParts(features, parts, row);
    const chosen = choose(own, parts, random);
    if (chosen.length === 0) {
      rowWeight[row] = 0;
      weights?.fill(0, row, row + 1);
    }
    const slot = (name: string): TensorData => {
      const tensor = made.get(name) ?? new Uint8Array(0);
      return rowOf(tensor, { shape: [tensor.length / size] }, row);
    };
    const [target = "", there = ""] = targets.map(({ name }) => name);
    for (const [at, part] of chosen.entries()) {
      const answer = parts.target.kind === "masked_classes" ? (own.classesOf(part) ?? []) : own.read(part);
      slot(`${modality}.masked`)[at] = part;
      slot(`${modality}.masked.mask`)[at] = 1;
      slot(there)[at] = 1;
      slot(target).set(answer, at * answer.length);
    }
    for (const part of hiddenOf(chosen, own, parts, random)) {
      own.hide(part);
      slot(`${modality}.hidden`)[part] = 1;
    }
  }
  for (const [name, tensor] of made) features.set(name, tensor);
  return { ...batch, rowWeight, ...(weights ? { weights } : {}), features };
}

/** The indices of the parts that were hidden to be predicted in one row of such a batch. */
export function hiddenParts(batch: Batch, row: number, { parts }: PartHiding): readonly number[] {
  const { positions, mask } = featuresOfHidden(parts);
  const [places, there] = [positions, mask].map((feature) =>
    rowOf(batch.features.get(feature.name) ?? new Uint8Array(0), feature, row),
  );
  return Array.from(places ?? []).filter((_, at) => (there?.[at] ?? 0) > 0);
}

/** The parts to predict, in order: each with the declared probability, at least one, and no more than there is room for. */
function choose(own: PartValues, { positions, count, target }: HiddenParts, random: Generator): readonly number[] {
  const possible = Array.from({ length: count }, (_, part) => part).filter(
    (part) => own.isThere(part) && (target.kind === "masked_values" || own.classesOf(part) !== undefined),
  );
  const chosen = possible.filter(() => random.uniform() < target.rate);
  if (chosen.length === 0 && possible.length > 0 && target.rate > 0)
    return [possible[random.below(possible.length)] ?? 0];
  if (chosen.length <= positions) return chosen;
  const kept = [...random.permutation(chosen.length)].slice(0, positions);
  return kept.sort((one, other) => one - other).flatMap((index) => chosen[index] ?? []);
}

/** The parts that the model does not see: those of the chosen ones that are not kept, and regions that overlap them. */
function hiddenOf(
  chosen: readonly number[],
  own: PartValues,
  { target, count }: HiddenParts,
  random: Generator,
): ReadonlySet<number> {
  const hidden = chosen.filter(() => random.uniform() >= target.keep);
  const { overlap } = target;
  if (overlap === undefined) return new Set(hidden);
  const showsTheSame = (part: number): boolean =>
    hidden.some((other) => overlapOf(own.boxOf(part), own.boxOf(other)) > overlap);
  return new Set([
    ...hidden,
    ...Array.from({ length: count }, (_, part) => part).filter((part) => own.isThere(part) && showsTheSame(part)),
  ]);
}

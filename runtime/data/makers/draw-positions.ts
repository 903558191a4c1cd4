import {
  type Reconstruction,
  featureOfCells,
  featureOfPositions,
  reconstructionOf,
} from "../../../compiler/targets/reconstruct.ts";
import type { TensorData } from "../../engines/engine.ts";
import { generator } from "../../random/generator.ts";
import { type Batch, type BatchRequest, modeOf } from "../data.ts";
import { featureArray, rowOf } from "../columns/feature-store.ts";
import type { MakerOfTask } from "./maker.ts";

/** A task that reconstructs a modality, in training and in evaluation. */
interface Reconstructing {
  readonly task: string;
  readonly modality: string;
  readonly train: Reconstruction;
  readonly evaluate: Reconstruction;
  /** The factor that brings values as the reader has them to those that the model reads: 1∕255 for bytes. */
  readonly scale: number;
}

export const positionDrawer: MakerOfTask = ({ name, target }, { specification: { modalities } }) => {
  if (target.kind !== "reconstruct") return undefined;
  const train = reconstructionOf(target, { modalities, mode: "train" });
  const evaluate = reconstructionOf(target, { modalities, mode: "evaluate" });
  const { modality } = target;
  const scale = modalities[modality]?.kind === "image" ? 1 / 255 : 1;
  return (
    train &&
    evaluate &&
    ((batch, request) => drawPositions(batch, request, { task: name, modality, train, evaluate, scale }))
  );
};

/**
 * Makes values of a modality the target of a batch: those of cells that are drawn without replacement for each example, or of all cells without a draw,
 * in evaluation.
 */
export function drawPositions(
  batch: Batch,
  request: Pick<BatchRequest, "size" | "draw" | "mode">,
  { task, modality, train, evaluate, scale }: Reconstructing,
): Batch {
  const { size, draw } = request;
  const made = modeOf(request) === "train" ? train : evaluate;
  const { cells, asked } = made;
  const [cellsFeature, positionsFeature] = [featureOfCells(task, made), featureOfPositions(task, made)];
  const [target, positions] = [featureArray(cellsFeature, size), featureArray(positionsFeature, size)];
  const values: TensorData = batch.features.get(modality) ?? new Float32Array(0);
  for (const [row, key] of batch.keys.entries()) {
    const own = rowOf(values, { shape: [cells.count * cells.width] }, row);
    const [slots, places] = [rowOf(target, cellsFeature, row), rowOf(positions, positionsFeature, row)];
    const order = draw && generator(draw.seed, "positions", draw.stage, task, draw.epoch, key).permutation(cells.count);
    for (let slot = 0; slot < asked; slot++) {
      const cell = order?.[slot] ?? slot;
      places[slot] = cell;
      for (const [index, at] of cells.indicesOf(cell).entries())
        slots[slot * cells.width + index] = (own[at] ?? 0) * scale;
    }
  }
  return {
    ...batch,
    features: new Map([...batch.features, [cellsFeature.name, target], [positionsFeature.name, positions]]),
  };
}

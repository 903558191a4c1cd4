import { type Feature, targetName } from "../features/features.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import { type Cells, cellsOf, shapeOfNumbers } from "./cells.ts";
import type { TargetDefinition, TargetOf, TargetTask } from "./target.ts";

/** A modality whose values a task predicts. */
export interface Reconstruction {
  readonly cells: Cells;
  /** The number of cells of a row that a graph predicts: those that are drawn in training, else all. */
  readonly asked: number;
}

/** `undefined` where the modality has another kind, or cannot be divided, which the checker refuses. */
export function reconstructionOf(
  { modality, patch, sample }: TargetOf<"reconstruct">,
  { modalities, mode }: Pick<TargetTask, "modalities" | "mode">,
): Reconstruction | undefined {
  const shape = shapeOfNumbers(modalities[modality]);
  const cells = shape && cellsOf(shape, patch);
  return cells && { cells, asked: mode === "train" && sample !== undefined ? sample : cells.count };
}

/** The positions of the cells of a row that its task predicts, where they are drawn. */
export function featureOfPositions(task: string, { cells, asked }: Reconstruction): Feature {
  return { name: `${task}.positions`, dtype: "int32", shape: [asked], below: cells.count };
}

/** The values of these cells. */
export function featureOfCells(task: string, { cells, asked }: Reconstruction): Feature {
  return { name: targetName(task), dtype: "float32", shape: [asked, cells.width] };
}

function obstacleOf({ patch, sample }: TargetOf<"reconstruct">, modality: ResolvedModality): string | undefined {
  const shape = shapeOfNumbers(modality) ?? [];
  const cells = cellsOf(shape, patch);
  if (!cells) return `a patch of ${patch} does not divide its size ${shape.slice(0, 2).join(" × ")}`;
  if (sample === undefined || sample <= cells.count) return undefined;
  return `${sample} positions cannot be drawn from its ${cells.count}`;
}

/** The values of an input: of some positions in training, and of all in evaluation (Perceiver IO; Jaegle et al., 2022). */
export const reconstruct: TargetDefinition<"reconstruct"> = (target) => {
  const { modality, sample } = target;
  const of = (task: TargetTask): Reconstruction | undefined => reconstructionOf(target, task);
  return {
    description: `the values of ${modality}`,
    madeOf: [
      { modality, kinds: ["image", "tensor"], values: "copied", obstacle: (found) => obstacleOf(target, found) },
    ],
    isPretext: true,
    losses: ["mse", "mae", "huber"],
    defaultMetrics: [{ kind: "rmse" }, { kind: "mae" }],
    features: (task) => {
      const made = of(task);
      if (!made) return [];
      const isDrawn = task.mode === "train" && sample !== undefined;
      return [
        ...(isDrawn
          ? [
              {
                ...featureOfPositions(task.name, made),
                part: "positions",
                use: "read",
                content: "drawn_positions",
                empty: 0,
              } as const,
            ]
          : []),
        { ...featureOfCells(task.name, made), part: "target", use: "compared", content: "cells", empty: 0 },
      ];
    },
    outputs: (task) => {
      const made = of(task);
      return made ? [{ name: "values", shape: [made.asked, made.cells.width] }] : [];
    },
    wayToOutputs: (task) => {
      const made = of(task);
      return (
        made &&
        `Ask for the positions, such as \`gather(code, reconstructed_positions(${modality})) -> cross_attend(…)\` with a code of each of the ${made.cells.count}, and end in \`linear(${made.cells.width})\`.`
      );
    },
  };
};

import { targetName } from "../features/features.ts";
import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition, TargetTask } from "./target.ts";

/** One of the regions of a row: a score for each, how right each is, and how far each overlaps the right box. */
export const choice: TargetDefinition<"choice"> = ({ modality, column, among, missing = [] }) => {
  const regionsIn = ({ modalities }: TargetTask): number | undefined => {
    const regions = modalities[modality];
    return regions?.kind === "regions" ? regions.max_regions : undefined;
  };
  return {
    description: `a choice among the regions of ${modality}`,
    column: { name: column, missing, ...(among === undefined ? {} : { beside: among }) },
    madeOf: [{ modality, kinds: ["regions"], values: "kept" }],
    choosesFrom: modality,
    losses: ["listwise", "binary_cross_entropy"],
    defaultMetrics: [{ kind: "accuracy" }, { kind: "mean_iou" }],
    features: (task) => {
      const shape = [regionsIn(task) ?? 1];
      return [
        // There is no such region, or it cannot be chosen.
        comparedFeature(task, { empty: -1, dtype: "float32", shape, isShare: true }),
        {
          name: `${targetName(task.name)}.overlap`,
          part: "overlap",
          use: "measured",
          content: "overlap",
          empty: 0,
          dtype: "float32",
          shape,
        },
      ];
    },
    outputs: (task) => [{ name: "scores", shape: [regionsIn(task) ?? 1] }],
    wayToOutputs: (task) =>
      `Give one score for each of the ${regionsIn(task) ?? 1} regions of ${modality}: end in \`linear(1)\`, and leave out tokens that were put in front of them by \`last_tokens(length(${modality}))\`.`,
  };
};

import { targetName } from "../features/features.ts";
import { everyKind } from "./matching.ts";
import type { TargetDefinition, TargetFeature } from "./target.ts";

const sides = ["first", "second"] as const;

/**
 * A vector `[W]` of each of two modalities, close together for values that belong together, and in training one of each modality of
 * hard negatives. The reader gives each row a number for its value of either modality, equal for equal values, so that a row is no
 * negative of one that has the same value, and one for each hard negative, −1 if the row has none.
 */
export const contrastive: TargetDefinition<"contrastive"> = ({ first, second, width, negatives = [] }) => {
  const hard = negatives.map((_, index) => `negative_${index + 1}`);
  return {
    description: `vectors of ${first} and ${second} that belong together`,
    madeOf: [first, second].map((modality) => ({ modality, kinds: everyKind, values: "kept" })),
    matches: [first, second],
    ...(negatives.length > 0 ? { trainsWith: negatives } : {}),
    comparesRows: true,
    losses: ["info_nce", "pairwise_sigmoid"],
    defaultMetrics: [{ kind: "recall_at", k: 1 }, { kind: "recall_at", k: 5 }, { kind: "median_rank" }],
    features: ({ name }) =>
      [...sides, ...hard].map((part): TargetFeature => ({
        name: `${targetName(name)}.${part}`,
        part,
        use: "compared",
        content: "identity",
        empty: 0,
        dtype: "int32",
        shape: [],
      })),
    outputs: ({ mode }) => [
      ...sides.map((name) => ({ name, shape: [width], hasLengthOne: true as const })),
      ...(mode === "train" ? hard : []).map((name) => ({
        name,
        shape: [width],
        hasLengthOne: true as const,
        mayBeMissing: true as const,
      })),
    ],
    wayToOutputs: () =>
      `Give a vector of each modality in their order, \`from: (${[first, second, ...negatives].map((each) => `${each} -> …`).join(", ")})\`, each ending in \`linear(${width})\`.`,
  };
};

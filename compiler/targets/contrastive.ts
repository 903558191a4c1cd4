import { targetName } from "../features/features.ts";
import { everyKind } from "./matching.ts";
import type { TargetDefinition, TargetFeature } from "./target.ts";

const sides = ["first", "second"] as const;

/**
 * A vector `[W]` of each of two modalities, close together for values that belong together. The reader gives each row a number for its
 * value of either modality, equal for equal values, so that a row is no negative of one that has the same value.
 */
export const contrastive: TargetDefinition<"contrastive"> = ({ first, second, width }) => {
  return {
    description: `vectors of ${first} and ${second} that belong together`,
    madeOf: [first, second].map((modality) => ({ modality, kinds: everyKind, values: "kept" })),
    matches: [first, second],
    comparesRows: true,
    losses: ["info_nce", "pairwise_sigmoid"],
    defaultMetrics: [{ kind: "recall_at", k: 1 }, { kind: "recall_at", k: 5 }, { kind: "median_rank" }],
    features: ({ name }) =>
      sides.map((part): TargetFeature => ({
        name: `${targetName(name)}.${part}`,
        part,
        use: "compared",
        content: "identity",
        empty: 0,
        dtype: "int32",
        shape: [],
      })),
    outputs: () => sides.map((name) => ({ name, shape: [width], hasLengthOne: true })),
    wayToOutputs: () =>
      `Give a vector of each modality in their order, \`from: (${first} -> …, ${second} -> …)\`, each ending in \`linear(${width})\`.`,
  };
};

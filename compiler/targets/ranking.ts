import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition } from "./target.ts";

/** The order of a row's candidates: one score for each, and the relevance of each. */
export const ranking: TargetDefinition<"ranking"> = ({ column, missing = [] }) => ({
  description: "a ranking",
  column: { name: column, missing },
  ranksCandidates: true,
  losses: ["listwise", "binary_cross_entropy"],
  defaultMetrics: [{ kind: "accuracy" }, { kind: "mrr" }],
  features: (task) => [
    comparedFeature(task, {
      // There is no such candidate.
      empty: -1,
      dtype: "float32",
      shape: [task.candidates?.most ?? 1],
      keptAs: ({ numbersBeforeStandardising }) => numbersBeforeStandardising,
    }),
  ],
  outputs: () => [{ name: "scores", shape: [] }],
});

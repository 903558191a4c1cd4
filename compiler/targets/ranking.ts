import { targetName } from "../features/features.ts";
import type { TargetDefinition } from "./target.ts";

/** The order of a row's candidates: one score for each, and the relevance of each. */
export const ranking: TargetDefinition<"ranking"> = ({ column, missing = [] }) => ({
  description: "a ranking",
  column: { name: column, missing },
  ranksCandidates: true,
  losses: ["listwise", "binary_cross_entropy"],
  defaultMetrics: [{ kind: "accuracy" }, { kind: "mrr" }],
  features: ({ name, candidates }) => [
    {
      name: targetName(name),
      part: "target",
      use: "compared",
      content: "target",
      // There is no such candidate.
      empty: -1,
      dtype: "float32",
      shape: [candidates?.most ?? 1],
      keptAs: ({ numbersBeforeStandardising }) => numbersBeforeStandardising,
    },
  ],
  outputs: () => [{ name: "scores", shape: [] }],
});

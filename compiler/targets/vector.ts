import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition } from "./target.ts";

/**
 * Several real numbers, which the model learns on the scales of the training split unless the target says otherwise.
 */
export const vector: TargetDefinition<"vector"> = ({ column, size, standardise, missing = [] }) => ({
  description: `a vector of ${size} numbers`,
  column: { name: column, missing },
  numbers: { standardised: standardise },
  losses: ["mse", "mae", "huber"],
  defaultMetrics: [{ kind: "rmse" }, { kind: "r2" }],
  features: (task) => [
    comparedFeature(task, {
      empty: 0,
      dtype: "float32",
      shape: [size],
      keptAs: () => "float64",
    }),
  ],
  outputs: () => [{ name: "values", shape: [size] }],
});

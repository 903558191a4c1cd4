import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition } from "./target.ts";

/** A real number, which the model learns on the scale of the training split unless the target says otherwise. */
export const number: TargetDefinition<"number"> = (target) => ({
  description: "a number",
  column: { name: target.column, missing: target.missing ?? [] },
  numbers: { standardised: target.standardise },
  losses: ["mse", "mae", "huber"],
  defaultMetrics: [{ kind: "rmse" }, { kind: "pearson" }],
  // Numbers could not be standardised then.
  underRules: ({ numberTargets }) => (numberTargets === "as_they_are" ? { ...target, standardise: false } : target),
  features: (task) => [
    comparedFeature(task, {
      empty: 0,
      dtype: "float32",
      shape: [],
      keptAs: ({ numberTargets }) => (numberTargets === "standardised" ? "float64" : "float32"),
    }),
  ],
  outputs: () => [{ name: "value", shape: [] }],
});

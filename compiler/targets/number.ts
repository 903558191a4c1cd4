import { targetName } from "../features/features.ts";
import type { TargetDefinition } from "./target.ts";

/** A real number, which the model learns on the scale of the training split unless the target says otherwise. */
export const number: TargetDefinition<"number"> = ({ column, standardise, missing = [] }) => ({
  description: "a number",
  column: { name: column, missing },
  numbers: { standardised: standardise },
  defaultLoss: "mse",
  defaultMetrics: [{ kind: "rmse" }, { kind: "pearson" }],
  features: ({ name }) => [
    {
      name: targetName(name),
      part: "target",
      use: "compared",
      content: "target",
      empty: 0,
      dtype: "float32",
      shape: [],
      keptAs: ({ numberTargets }) => (numberTargets === "standardised" ? "float64" : "float32"),
    },
  ],
  outputs: () => [{ name: "value", shape: [] }],
});

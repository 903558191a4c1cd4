import { declaredClasses } from "./classes.ts";
import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition } from "./target.ts";

/** Any number of classes: logits `[K]`, and 1 or 0 for each class. */
export const labels: TargetDefinition<"labels"> = ({ column, classes: declared, missing = [] }) => {
  const classes = declaredClasses(declared, "any number");
  return {
    description: `labels of ${classes.count} classes`,
    column: { name: column, missing },
    classes,
    losses: ["binary_cross_entropy"],
    defaultMetrics: [{ kind: "mean_average_precision" }],
    features: (task) => [
      comparedFeature(task, {
        empty: 0,
        dtype: "float32",
        shape: [classes.count],
      }),
    ],
    outputs: () => [{ name: "logits", shape: [classes.count], labels: "classes" }],
  };
};

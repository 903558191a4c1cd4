import { declaredClasses } from "./classes.ts";
import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition } from "./target.ts";

/** One class of several: logits `[K]`, and the index of the right one. */
export const category: TargetDefinition<"category"> = ({
  column,
  classes: declared,
  class_weights: weights,
  missing = [],
}) => {
  const classes = declaredClasses(declared, "one");
  return {
    description: `a category of ${classes.count} classes`,
    column: { name: column, missing },
    classes,
    ...(weights === undefined ? {} : { classWeights: weights }),
    losses: ["cross_entropy", "focal"],
    defaultMetrics: [{ kind: "accuracy" }],
    features: (task) => [
      comparedFeature(task, {
        empty: 0,
        dtype: "int32",
        shape: [],
        below: classes.count,
      }),
    ],
    outputs: () => [{ name: "logits", shape: [classes.count], labels: "classes" }],
  };
};

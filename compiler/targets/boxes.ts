import { type Feature, targetName } from "../features/features.ts";
import { declaredClasses } from "./classes.ts";
import type { TargetDefinition, TargetOf } from "./target.ts";

/** The classes of the objects of a row, −1 where it has fewer, and their boxes. */
export function featuresOfBoxes(
  task: string,
  { most }: TargetOf<"boxes">,
  classes: number,
): { readonly [Part in "classes" | "boxes"]: Feature } {
  return {
    classes: { name: `${targetName(task)}.classes`, dtype: "int32", shape: [most], below: classes },
    boxes: { name: `${targetName(task)}.boxes`, dtype: "float32", shape: [most, 4] },
  };
}

/**
 * A set of objects: logits `[Q, K + 1]`, of which the last is for no object, and boxes `[Q, 4]`, for each of Q
 * predictions without an order.
 */
export const boxes: TargetDefinition<"boxes"> = (target) => {
  const { column, classes: declared, queries, missing = [] } = target;
  const classes = declaredClasses(declared, "several");
  return {
    description: `boxes of ${classes.count} classes`,
    column: { name: column, missing },
    classes,
    members: "last",
    placesInPicture: true,
    losses: ["set_prediction"],
    defaultMetrics: [{ kind: "mean_average_precision" }, { kind: "recall_at_iou", iou: 0.5 }],
    features: ({ name }) => {
      const features = featuresOfBoxes(name, target, classes.count);
      const compared = { use: "compared" } as const;
      return [
        { ...features.classes, ...compared, part: "classes", content: "object_classes", empty: -1 },
        { ...features.boxes, ...compared, part: "boxes", content: "object_boxes", empty: 0 },
      ];
    },
    outputs: () => [
      { name: "logits", shape: [queries, classes.count + 1], labels: "classes_and_none" },
      { name: "boxes", shape: [queries, 4] },
    ],
    wayToOutputs: () =>
      `Let ${queries} queries read the picture, \`learned(${queries}, width) -> decoder(memory, layers: 2, heads: 4)\`, and end in \`detection(${classes.count})\`.`,
  };
};

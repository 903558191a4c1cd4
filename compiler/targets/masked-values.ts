import { comparedFeature } from "./compared-feature.ts";
import { hiddenPartsOf, obstacleTo, readFeatures, thereFeature } from "./hidden-parts.ts";
import type { TargetDefinition } from "./target.ts";

/** The numbers of hidden parts: values `[P, W]` at each hidden position, and 1 for each position that a row has. */
export const maskedValues: TargetDefinition<"masked_values"> = (target) => ({
  description: `the numbers of hidden parts of ${target.modality}`,
  madeOf: [
    {
      modality: target.modality,
      kinds: ["regions", "image", "series", "audio"],
      values: "changed",
      obstacle: (found) => obstacleTo(target, found),
    },
  ],
  isPretext: true,
  losses: ["mse", "mae", "huber"],
  defaultMetrics: [{ kind: "rmse" }],
  features: (task) => {
    const parts = hiddenPartsOf(target, task);
    if (!parts) return [];
    const { positions, width } = parts;
    return [
      ...readFeatures(parts),
      comparedFeature(task, { empty: 0, dtype: "float32", shape: [positions, width] }),
      thereFeature(task, parts, "compared"),
    ];
  },
  outputs: (task) => {
    const parts = hiddenPartsOf(target, task);
    return parts ? [{ name: "values", shape: [parts.positions, parts.width] }] : [];
  },
  wayToOutputs: (task) => {
    const parts = hiddenPartsOf(target, task);
    return (
      parts &&
      `Take the tokens at the hidden positions, \`at_places(tokens, masked_positions(${target.modality}))\`, and end in \`linear(${parts.width})\`.`
    );
  },
});

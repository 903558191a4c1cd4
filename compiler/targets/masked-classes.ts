import { comparedFeature } from "./compared-feature.ts";
import { type HiddenParts, hiddenPartsOf, readFeatures, thereFeature } from "./hidden-parts.ts";
import type { TargetDefinition, TargetTask } from "./target.ts";

/** The classes of hidden regions: logits `[P, C]` at each hidden position, and the probability of each class. */
export const maskedClasses: TargetDefinition<"masked_classes"> = (target) => {
  const found = (task: TargetTask): { readonly parts: HiddenParts; readonly classes: number } | undefined => {
    const parts = hiddenPartsOf(target, task);
    const classes = parts?.modality.kind === "regions" ? parts.modality.classes : undefined;
    return parts && classes !== undefined ? { parts, classes } : undefined;
  };
  return {
    description: `the classes of hidden regions of ${target.modality}`,
    madeOf: [
      {
        modality: target.modality,
        kinds: ["regions"],
        values: "changed",
        obstacle: (found) =>
          found.kind === "regions" && found.classes === undefined ? "its regions have no `classes`" : undefined,
      },
    ],
    isPretext: true,
    losses: ["cross_entropy", "kl_divergence", "focal"],
    defaultMetrics: [{ kind: "accuracy" }],
    features: (task) => {
      const of = found(task);
      if (!of) return [];
      const shape = [of.parts.positions, of.classes];
      return [
        ...readFeatures(of.parts),
        // A row hides fewer regions.
        comparedFeature(task, { empty: -1, dtype: "float32", shape }),
        thereFeature(task, of.parts, "measured"),
      ];
    },
    outputs: (task) => {
      const of = found(task);
      return of ? [{ name: "logits", shape: [of.parts.positions, of.classes] }] : [];
    },
    wayToOutputs: (task) => {
      const of = found(task);
      return (
        of &&
        `Take the tokens at the hidden positions, \`at_places(tokens, masked_positions(${target.modality}))\`, and end in \`linear(${of.classes})\`.`
      );
    },
  };
};

import { everyKind } from "./matching.ts";
import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition } from "./target.ts";

/** A yes or no for two values, of which the second may be that of another row: logits `[2]`, the second for yes. */
export const aligned: TargetDefinition<"aligned"> = ({ first, second }) => ({
  description: `yes or no for ${first} and ${second} that belong together`,
  madeOf: [first, second].map((modality) => ({ modality, kinds: everyKind, values: "drawn" })),
  matches: [first, second],
  drawnRows: { columns: [] },
  classes: { count: 2, names: ["no", "yes"], perRow: "one" },
  isPretext: true,
  losses: ["cross_entropy", "focal"],
  defaultMetrics: [{ kind: "accuracy" }],
  features: (task) => [
    comparedFeature(task, {
      empty: 0,
      dtype: "int32",
      shape: [],
      below: 2,
    }),
  ],
  outputs: () => [{ name: "logits", shape: [2], labels: "classes" }],
});

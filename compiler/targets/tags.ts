import { declaredClasses } from "./classes.ts";
import { comparedFeature } from "./compared-feature.ts";
import type { TargetDefinition, TargetTask } from "./target.ts";

/** A class for each word of a text: logits `[N, K]`, of which those at the first token of each word count. */
export const tags: TargetDefinition<"tags"> = ({ modality, column, classes: declared, missing = [] }) => {
  const classes = declaredClasses(declared, "any number");
  const lengthOf = ({ modalities, lengths = {} }: TargetTask): number => {
    const text = modalities[modality];
    return lengths[modality] ?? (text?.kind === "text" ? text.max_length : 1);
  };
  return {
    description: `a tag of ${classes.count} for each word of ${modality}`,
    column: { name: column, missing },
    madeOf: [{ modality, kinds: ["text"], values: "kept" }],
    classes,
    tagsWordsOf: modality,
    losses: ["cross_entropy", "focal"],
    defaultMetrics: [{ kind: "accuracy" }],
    features: (task) => [
      {
        ...comparedFeature(task, { empty: -1, dtype: "int32", shape: [lengthOf(task)], below: classes.count }),
        tokensOf: modality,
      },
    ],
    outputs: (task) => [{ name: "logits", shape: [lengthOf(task), classes.count], labels: "classes" }],
    wayToOutputs: () =>
      `Give scores of the ${classes.count} classes for every token of ${modality}: \`${modality} -> embed(width) -> positions -> transformer(layers: 2, heads: 4)\`, and end in \`linear(${classes.count})\`.`,
  };
};

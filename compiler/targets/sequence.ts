import { type Feature, targetName } from "../features/features.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import type { TargetDefinition, TargetOf, TargetTask } from "./target.ts";

/** A text that a task generates a token at a time. */
export interface GeneratedText {
  readonly target: TargetOf<"sequence">;
  readonly text: Extract<ResolvedModality, { readonly kind: "text" }>;
}

/** The text of a sequence; undefined where the modality is of another kind, which the checker refuses. */
export function generatedTextOf(
  target: TargetOf<"sequence">,
  { modalities, lengths = {} }: Pick<TargetTask, "modalities" | "lengths">,
): GeneratedText | undefined {
  const text = modalities[target.modality];
  if (text?.kind !== "text") return undefined;
  return { target, text: { ...text, max_length: lengths[target.modality] ?? text.max_length } };
}

/** The features of the text, which the reader changes: the ids of the tokens so far, and which positions there are. */
export function featuresOfGenerated({ target, text }: GeneratedText): { readonly [Part in "ids" | "mask"]: Feature } {
  const { modality } = target;
  return {
    ids: { name: `${modality}.ids`, dtype: "int32", shape: [text.max_length], below: text.tokenizer.size },
    mask: { name: `${modality}.mask`, dtype: "uint8", shape: [text.max_length], below: 2 },
  };
}

/** The id of the token that is right at each position; −1 behind the end of a text. */
export function featureOfSequenceTarget(task: string, { text }: GeneratedText): Feature {
  return { name: targetName(task), dtype: "int32", shape: [text.max_length], below: text.tokenizer.size };
}

/** The tokens of a text: logits `[N, V]` over the vocabulary, for each position those of the token there. */
export const sequence: TargetDefinition<"sequence"> = (target) => {
  const textOf = (task: TargetTask): GeneratedText | undefined => generatedTextOf(target, task);
  return {
    description: `the tokens of ${target.modality}`,
    madeOf: [{ modality: target.modality, kinds: ["text"], values: "changed" }],
    vocabularyOf: target.modality,
    generates: target.modality,
    losses: ["cross_entropy", "focal"],
    defaultMetrics: [{ kind: "accuracy" }, { kind: "perplexity" }],
    features: (task) => {
      const text = textOf(task);
      if (!text) return [];
      const feature = featureOfSequenceTarget(task.name, text);
      return [
        { ...feature, part: "target", use: "compared", content: "next_tokens", empty: -1, tokensOf: target.modality },
      ];
    },
    outputs: (task) => {
      const text = textOf(task)?.text;
      return text ? [{ name: "logits", shape: [text.max_length, text.tokenizer.size], labels: "vocabulary" }] : [];
    },
    wayToOutputs: (task) => {
      const text = textOf(task)?.text;
      return (
        text &&
        `Give scores of the vocabulary for every token of ${target.modality}: \`${target.modality} -> embed(width) -> positions -> decoder(memory, layers: 2, heads: 4, causal: true)\`, and end in \`tied(layer)\` or \`linear(${text.tokenizer.size})\`.`
      );
    },
  };
};

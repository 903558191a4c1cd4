import { type Feature, targetName } from "../features/features.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import type { TargetDefinition, TargetOf, TargetTask } from "./target.ts";

/** A text of which a task predicts some tokens. */
export interface MaskedText {
  readonly target: TargetOf<"masked">;
  readonly text: Extract<ResolvedModality, { readonly kind: "text" }>;
  /** The number of tokens of a row that can be hidden, which is the same where the text is compiled shorter. */
  readonly positions: number;
}

/** The text of a masked target; undefined where the modality is of another kind, which the checker refuses. */
export function maskedTextOf(
  target: TargetOf<"masked">,
  { modalities, lengths = {} }: Pick<TargetTask, "modalities" | "lengths">,
): MaskedText | undefined {
  const text = modalities[target.modality];
  if (text?.kind !== "text") return undefined;
  const max_length = lengths[target.modality] ?? text.max_length;
  return { target, text: { ...text, max_length }, positions: maskedPositions(target, text) };
}

/** One and a half times as many tokens as are hidden on average. */
export function maskedPositions({ rate }: TargetOf<"masked">, { max_length: most }: MaskedText["text"]): number {
  return Math.max(1, Math.min(most, Math.ceil(1.5 * rate * most)));
}

/**
 * The tensors that a reader makes of a masked text in addition to its features, which it corrupts: the ids as they
 * were, the positions whose tokens are predicted, and which of these a row has.
 */
export function featuresOfMasked({ target, text, positions }: MaskedText): {
  readonly [Part in "original" | "positions" | "mask"]: Feature;
} {
  const { modality } = target;
  return {
    original: { name: `${modality}.original`, dtype: "int32", shape: [text.max_length], below: text.tokenizer.size },
    positions: { name: `${modality}.masked`, dtype: "int32", shape: [positions], below: text.max_length },
    mask: { name: `${modality}.masked.mask`, dtype: "uint8", shape: [positions], below: 2 },
  };
}

/** The id of each hidden token, −1 where a row hides fewer. */
export function featureOfMaskedTarget(task: string, { text, positions }: MaskedText): Feature {
  return { name: targetName(task), dtype: "int32", shape: [positions], below: text.tokenizer.size };
}

/**
 * Tokens of a text that the reader hides from the model: logits `[P, V]` over the vocabulary at each hidden position.
 */
export const masked: TargetDefinition<"masked"> = (target) => {
  const textOf = (task: TargetTask): MaskedText | undefined => maskedTextOf(target, task);
  return {
    description: `masked tokens of ${target.modality}`,
    madeOf: [{ modality: target.modality, kinds: ["text"], values: "changed" }],
    vocabularyOf: target.modality,
    isPretext: true,
    losses: ["cross_entropy", "focal"],
    defaultMetrics: [{ kind: "accuracy" }, { kind: "perplexity" }],
    features: (task) => {
      const text = textOf(task);
      if (!text) return [];
      const { original, positions, mask } = featuresOfMasked(text);
      return [
        { ...original, part: "original", use: "read", content: "tokens_before_hiding", empty: 0 },
        { ...positions, part: "positions", use: "read", content: "hidden_places", empty: 0 },
        { ...mask, part: "mask", use: "read", content: "mask", empty: 0 },
        { ...featureOfMaskedTarget(task.name, text), part: "target", use: "compared", content: "target", empty: -1 },
      ];
    },
    outputs: (task) => {
      const text = textOf(task);
      if (!text) return [];
      const shape = [text.positions, text.text.tokenizer.size];
      return [{ name: "logits", shape, labels: "vocabulary" }];
    },
    wayToOutputs: (task) => {
      const text = textOf(task);
      return (
        text &&
        `Ask for the hidden positions, \`masked_positions(${target.modality}) -> embed(width) -> cross_attend(…)\`, and end in \`tied(layer)\` or \`linear(${text.text.tokenizer.size})\`.`
      );
    },
  };
};

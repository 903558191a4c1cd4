/** The size of a transformer classifier of text, which all systems build alike. */
export interface Size {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  /** The tokens of an example. */
  readonly length: number;
  readonly vocabulary: number;
  readonly batch: number;
  readonly tasks: number;
  /** With `joint`, a step trains all tasks on the same rows. */
  readonly step: "one_task" | "joint";
  /** The dropout of the output of each sub-layer, in per cent. */
  readonly dropout: number;
}

const middle: Size = {
  layers: 4,
  width: 128,
  heads: 4,
  length: 64,
  vocabulary: 1000,
  batch: 32,
  tasks: 1,
  step: "one_task",
  dropout: 0,
};

export const sizes = {
  small: { ...middle, layers: 2, width: 32, batch: 4 },
  middle,
  wide: { ...middle, width: 256 },
} as const satisfies Record<string, Size>;

export type SizeName = keyof typeof sizes;

export const CLASSES = 4;
/** The learning rate of Adam. */
export const RATE = 1e-3;

/**
 * Pre-norm encoder layers with a feed-forward of four times the width and exact GELU, a masked mean over tokens, a
 * linear head and cross-entropy.
 */
export function specificationOf({
  layers,
  width,
  heads,
  length,
  vocabulary,
  batch,
  tasks,
  step,
  dropout,
}: Size): string {
  const names = Array.from({ length: tasks }, (_, index) => `task_${index}`);
  return `
    model bench
    modality words: text(max_length: ${length}, tokenizer: word_piece(${vocabulary}))
    stream read = words -> embed(${width}) -> positions -> transformer(layers: ${layers}, heads: ${heads}, dropout: ${dropout}%)
    ${names.map((name) => `task ${name} { from: mean(read) head: linear(${CLASSES}) target: category("label", classes: ${CLASSES}) }`).join("\n    ")}
    dataset data { path: "none.csv" tasks: [${names.join(", ")}] }
    stage fit { ${step === "joint" ? "step: joint" : "sampler: uniform"} optimizer: adam(rate: ${RATE}) batch: ${batch} epochs: 1 }
  `;
}

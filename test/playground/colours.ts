/** A small specification that trains, whose stream ends with a step. */
export const coloursWith = (step: string): string => `model colours

modality pixels: image(8, 8, 1)

stream seen = pixels -> patches(4) -> ${step}

task kind {
  from: mean(seen)
  head: linear(3)
  target: category("kind", classes: 3)
}

dataset rows { path: "rows.jsonl"  tasks: [kind] }

stage fit { steps: 1  optimizer: adamw(rate: 1e-3) }
`;

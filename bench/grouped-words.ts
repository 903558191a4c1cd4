import type { Batch } from "../runtime/data/data.ts";
import { generator } from "../runtime/random/generator.ts";
import { CLASSES, type Size } from "./size.ts";

/** A batch that can be learnt from: of the tokens of a row, half have its class as the remainder of their id by the number of classes. */
export function groupedWords(
  { batch, length, vocabulary }: Size,
  task: string,
  key: readonly (string | number)[],
): Batch {
  const random = generator(1, "grouped words", ...key);
  const classes = Int32Array.from({ length: batch }, () => random.below(CLASSES));
  const ids = Int32Array.from({ length: batch * length }, (_, at) => {
    const drawn = random.below(vocabulary / CLASSES) * CLASSES;
    return drawn + (random.uniform() < 0.5 ? (classes[Math.floor(at / length)] ?? 0) : random.below(CLASSES));
  });
  return {
    features: new Map<string, Int32Array | Uint8Array>([
      ["words.ids", ids],
      ["words.mask", new Uint8Array(batch * length).fill(1)],
      [`${task}.target`, classes],
    ]),
    rowWeight: new Float32Array(batch).fill(1),
    keys: Array.from({ length: batch }, (_, row) => `row ${row}`),
  };
}

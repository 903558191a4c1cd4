import type { Batch } from "../runtime/data/data.ts";
import { CLASSES, type Size } from "./size.ts";

/** Makes a batch without padding, whose ids and classes have no short period. All systems get the same batch. */
export function batchOf({ batch, length, vocabulary }: Size, task: string): Batch {
  const ids = Int32Array.from(
    { length: batch * length },
    (_, at) => (at * 7919 + (at >> 5) * 104_729 + 13) % vocabulary,
  );
  return {
    features: new Map<string, Int32Array | Uint8Array>([
      ["words.ids", ids],
      ["words.mask", new Uint8Array(batch * length).fill(1)],
      [`${task}.target`, Int32Array.from({ length: batch }, (_, row) => row % CLASSES)],
    ]),
    rowWeight: new Float32Array(batch).fill(1),
    keys: Array.from({ length: batch }, (_, row) => `row ${row}`),
  };
}

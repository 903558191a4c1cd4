import type { Batch } from "../runtime/data/data.ts";
import { CLASSES, type Size } from "./size.ts";

/** Makes a batch without padding, whose ids and classes have no short period; the tasks have the same classes. All systems get the same batch. */
export function batchOf({ batch, length, vocabulary }: Size, tasks: readonly string[]): Batch {
  const ids = Int32Array.from(
    { length: batch * length },
    (_, at) => (at * 7919 + (at >> 5) * 104_729 + 13) % vocabulary,
  );
  const rowWeight = new Float32Array(batch).fill(1);
  const classes = Int32Array.from({ length: batch }, (_, row) => row % CLASSES);
  return {
    features: new Map<string, Int32Array | Uint8Array>([
      ["words.ids", ids],
      ["words.mask", new Uint8Array(batch * length).fill(1)],
      ...tasks.map((task) => [`${task}.target`, classes] as const),
    ]),
    rowWeight,
    keys: Array.from({ length: batch }, (_, row) => `row ${row}`),
    ...(tasks.length > 1 ? { parts: new Map(tasks.map((task) => [task, { rowWeight }])) } : {}),
  };
}

import type { StagePlan, TextLengths } from "../../compiler/plan.ts";
import type { Data } from "../data/data.ts";

/** At which of the lengths of its task's graphs each training row fits: 0 is the shortest. */
export interface TextLevels {
  readonly lengths: readonly TextLengths[];
  readonly ofRow: Uint8Array;
}

/**
 * Nothing where all rows are of the full length: where graphs have no other, in mixed steps, whose parts have several sizes already, and behind a
 * frozen prefix, whose values are kept at the full length.
 */
export function textLevels(task: string, { stage, buckets, prefix }: Pick<StagePlan, "stage" | "buckets" | "prefix">, data: Data): TextLevels | undefined {
  const lengths = stage.step.kind === "mixed" ? [] : buckets(task);
  if (lengths.length < 2 || prefix?.(task, "train")) return undefined;
  const ofRow = Uint8Array.from({ length: data.rows(task, "train") }, (_, row) => {
    const tokens = data.tokens({ task, split: "train", row });
    return lengths.findIndex((level) => Object.entries(level).every(([modality, most]) => (tokens[modality] ?? 0) <= most));
  });
  return { lengths, ofRow };
}

/** What the longest of some rows needs. */
export function lengthsOf(levels: TextLevels | undefined, rows: readonly number[]): TextLengths {
  return levels?.lengths[Math.max(...rows.map((row) => levels.ofRow[row] ?? 0))] ?? {};
}

/**
 * Row order by length: as in `order`, but batches of rows that fit one length, themselves in random order. What does not fill a batch of its level goes
 * to the next longer one, so that an epoch has no more batches than without; its short one, if any, is the last.
 */
export function orderByLevel(order: Uint32Array, { lengths, ofRow }: TextLevels, batch: number, permute: (batches: number) => Uint32Array): Uint32Array {
  const full: number[][] = [];
  let left: number[] = [];
  for (const level of lengths.keys()) {
    const rows = [...left, ...order.filter((row) => ofRow[row] === level)];
    const count = Math.floor(rows.length / batch);
    for (let index = 0; index < count; index++) full.push(rows.slice(index * batch, (index + 1) * batch));
    left = rows.slice(count * batch);
  }
  return Uint32Array.from([...[...permute(full.length)].flatMap((index) => full[index] ?? []), ...left]);
}

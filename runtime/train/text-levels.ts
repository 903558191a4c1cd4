import type { StagePlan, TextLengths } from "../../compiler/plan.ts";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import type { Data, Split } from "../data/data.ts";

/** At which of the lengths of a task's graphs each row fits: 0 is the shortest. */
export interface TextLevels {
  /** Shortest first. */
  readonly lengths: readonly TextLengths[];
  readonly ofRow: Uint8Array;
}

/** Those of the rows of a task and split; nothing where its graphs have one length. */
export type LevelsOfSplit = (task: string, split: Split) => TextLevels | undefined;

/** Looks at the rows of a split when they are first asked for. */
export function textLevels(plan: Pick<StagePlan, "buckets">, data: Pick<Data, "rows" | "tokens">): LevelsOfSplit {
  const known = new Map<string, TextLevels | undefined>();
  return (task, split) => {
    const key = `${split} ${task}`;
    if (!known.has(key)) known.set(key, levelsOf(plan.buckets(task), data.rows(task, split), (row) => data.tokens({ task, split, row })));
    return known.get(key);
  };
}

/** Those of rows whose texts have so many tokens. */
export function levelsOf(lengths: readonly TextLengths[], rows: number, tokensOf: (row: number) => TextLengths): TextLevels | undefined {
  if (lengths.length < 2) return undefined;
  const ofRow = Uint8Array.from({ length: rows }, (_, row) => {
    const tokens = tokensOf(row);
    return lengths.findIndex((level) => Object.entries(level).every(([modality, most]) => (tokens[modality] ?? 0) <= most));
  });
  return { lengths, ofRow };
}

/** By which the rows of an epoch are ordered. Mixed steps have single rows drawn, which are grouped afterwards. */
export function levelsOfOrder({ step }: Pick<ResolvedStage, "step">, levels: TextLevels | undefined): TextLevels | undefined {
  return step.kind === "mixed" ? undefined : levels;
}

/** What the longest of some rows needs. */
export function lengthsOf(levels: TextLevels | undefined, rows: readonly number[]): TextLengths {
  return levels?.lengths[Math.max(...rows.map((row) => levels.ofRow[row] ?? 0))] ?? {};
}

/**
 * Row order by length: as in `order`, but batches of rows that fit one length, themselves in random order. What does not fill a batch of its level goes
 * to the next longer one, so that an epoch has no more batches than without; its short one, if any, is the last.
 */
export function orderByLevel(order: Uint32Array, levels: TextLevels, batch: number, permute: (batches: number) => Uint32Array): Uint32Array {
  const { full, left } = fillBatches([...order], levels, [batch]);
  return Uint32Array.from([...[...permute(full.length)].flatMap((index) => full[index] ?? []), ...left]);
}

/** All rows, a batch at a time: in their order, or where they have levels those of like length together, in batches that are full but for the last. */
export function batchesOfAll(rows: number, levels: TextLevels | undefined, batch: number): readonly (readonly number[])[] {
  const { full, left } = fillBatches(Array.from({ length: rows }, (_, row) => row), levels, [batch]);
  return left.length > 0 ? [...full, left] : full;
}

/**
 * Some rows in batches of sizes that graphs have, the largest of which they all fit: shorter ones apart where they fill one of these sizes, so that
 * no more tokens are computed than in a single batch, and the rest together.
 */
export function batchesBySize(rows: readonly number[], levels: TextLevels | undefined, sizes: readonly number[]): readonly (readonly number[])[] {
  const longest = Math.max(...rows.map((row) => levels?.ofRow[row] ?? 0));
  const [short, long] = [rows.filter((row) => (levels?.ofRow[row] ?? 0) < longest), rows.filter((row) => (levels?.ofRow[row] ?? 0) === longest)];
  const { full, left } = fillBatches(short, levels, sizes);
  return [...full, [...left, ...long]];
}

/** Batches of rows of one level, each of the largest size that they fill. Those that fill none go with the next longer ones, and at last are left. */
function fillBatches(rows: readonly number[], levels: TextLevels | undefined, sizes: readonly number[]): { readonly full: readonly (readonly number[])[]; readonly left: readonly number[] } {
  const full: (readonly number[])[] = [];
  let left: readonly number[] = [];
  for (const level of levels?.lengths.keys() ?? [0]) {
    const own = [...left, ...rows.filter((row) => (levels?.ofRow[row] ?? 0) === level)];
    let taken = 0;
    for (const size of sizes.toSorted((a, b) => b - a)) {
      for (; own.length - taken >= size; taken += size) full.push(own.slice(taken, taken + size));
    }
    left = own.slice(taken);
  }
  return { full, left };
}

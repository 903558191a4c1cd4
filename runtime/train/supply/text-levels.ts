import type { StagePlan, TextLengths } from "../../../compiler/stage/plan.ts";
import type { ResolvedStage } from "../../../compiler/schema/resolved.ts";
import type { Data, Split } from "../../data/data.ts";

/** At which of the lengths of a task's graphs each row fits: 0 is the shortest. */
export interface TextLevels {
  /** Shortest first. */
  readonly lengths: readonly TextLengths[];
  /** How many tokens a row is computed with at each of them; at the last one, how many the longest row has. */
  readonly tokens: readonly number[];
  readonly ofRow: Uint8Array;
}

/** Those of the rows of a task and split; nothing where its graphs have one length. */
export type LevelsOfSplit = (task: string, split: Split) => TextLevels | undefined;

/** Looks at the rows of a split when they are first asked for. */
export function textLevels(plan: Pick<StagePlan, "buckets">, data: Pick<Data, "rows" | "tokens">): LevelsOfSplit {
  const known = new Map<string, TextLevels | undefined>();
  return (task, split) => {
    const key = `${split} ${task}`;
    if (!known.has(key))
      known.set(
        key,
        levelsOf(plan.buckets(task), data.rows(task, split), (row) => data.tokens({ task, split, row })),
      );
    return known.get(key);
  };
}

/** Those of rows whose texts have so many tokens. */
export function levelsOf(
  lengths: readonly TextLengths[],
  rows: number,
  tokensOf: (row: number) => TextLengths,
): TextLevels | undefined {
  const [shortest = {}, ...longer] = lengths;
  if (longer.length === 0) return undefined;
  const sum = (tokens: TextLengths): number =>
    Object.keys(shortest).reduce((total, modality) => total + (tokens[modality] ?? 0), 0);
  let most = 0;
  const ofRow = Uint8Array.from({ length: rows }, (_, row) => {
    const tokens = tokensOf(row);
    most = Math.max(most, sum(tokens));
    return lengths.findIndex((level) =>
      Object.entries(level).every(([modality, limit]) => (tokens[modality] ?? 0) <= limit),
    );
  });
  return { lengths, tokens: [...lengths.slice(0, -1).map(sum), most], ofRow };
}

/** By which the rows of an epoch are ordered. A sampler that chooses among rows compares those of all lengths. */
export function levelsOfOrder(
  { sampler }: Pick<ResolvedStage, "sampler">,
  levels: TextLevels | undefined,
): TextLevels | undefined {
  return sampler.kind === "uncertainty" ? undefined : levels;
}

/** What the longest of some rows needs. */
export function lengthsOf(levels: TextLevels | undefined, rows: readonly number[]): TextLengths {
  return levels?.lengths[Math.max(...rows.map((row) => levels.ofRow[row] ?? 0))] ?? {};
}

/**
 * Row order by length: as in `order`, but batches of rows that fit one length, themselves in random order. What does not fill a batch of its level goes
 * to the next longer one, so that an epoch has no more batches than without; its short one, if any, is the last.
 */
export function orderByLevel(
  order: Uint32Array,
  levels: TextLevels,
  batch: number,
  permute: (batches: number) => Uint32Array,
): Uint32Array {
  const { full, left } = fillBatches([...order], levels, batch);
  return Uint32Array.from([...[...permute(full.length)].flatMap((index) => full[index] ?? []), ...left]);
}

/** All rows, a batch at a time: in their order, or where they have levels those of like length together, in batches that are full but for the last. */
export function batchesOfAll(
  rows: number,
  levels: TextLevels | undefined,
  batch: number,
): readonly (readonly number[])[] {
  const { full, left } = fillBatches(
    Array.from({ length: rows }, (_, row) => row),
    levels,
    batch,
  );
  return left.length > 0 ? [...full, left] : full;
}

function fillBatches(
  rows: readonly number[],
  levels: TextLevels | undefined,
  batch: number,
): { readonly full: readonly (readonly number[])[]; readonly left: readonly number[] } {
  const full: (readonly number[])[] = [];
  let left: readonly number[] = [];
  for (const level of levels?.lengths.keys() ?? [0]) {
    const own = [...left, ...rows.filter((row) => (levels?.ofRow[row] ?? 0) === level)];
    const count = Math.floor(own.length / batch);
    for (let index = 0; index < count; index++) full.push(own.slice(index * batch, (index + 1) * batch));
    left = own.slice(count * batch);
  }
  return { full, left };
}

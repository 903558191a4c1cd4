import type { StagePlan, TextLengths } from "../../../compiler/stage/plan.ts";
import type { ResolvedStage } from "../../../compiler/schema/resolved.ts";
import type { Data, Split } from "../../data/data.ts";

/** The length buckets of a task, and the bucket of each row: the shortest one that its texts fit. */
export interface LengthBuckets {
  /** The maximum length of each text in each bucket, shortest bucket first. The last bucket is the full length: an empty record. */
  readonly lengths: readonly TextLengths[];
  /** The number of tokens that a row of each bucket is padded to; of the last bucket, the number that the longest row has. */
  readonly tokens: readonly number[];
  /** The index of each row's bucket. */
  readonly ofRow: Uint8Array;
}

/** The length buckets of a task for the rows of a split; `undefined` if the task's graphs have one length. */
export type BucketsOfSplit = (task: string, split: Split) => LengthBuckets | undefined;

/** Length buckets of every task and split. The rows of a split are read when they are first asked for. */
export function openLengthBuckets(
  plan: Pick<StagePlan, "buckets">,
  data: Pick<Data, "rows" | "tokens">,
): BucketsOfSplit {
  const known = new Map<string, LengthBuckets | undefined>();
  return (task, split) => {
    const key = `${split} ${task}`;
    if (!known.has(key))
      known.set(
        key,
        bucketsOf(plan.buckets(task), data.rows(task, split), (row) => data.tokens({ task, split, row })),
      );
    return known.get(key);
  };
}

/** Sorts rows into buckets by the numbers of tokens that their texts have; `undefined` if there is only one length. */
export function bucketsOf(
  lengths: readonly TextLengths[],
  rows: number,
  tokensOf: (row: number) => TextLengths,
): LengthBuckets | undefined {
  const [shortest = {}, ...longer] = lengths;
  if (longer.length === 0) return undefined;
  const sum = (tokens: TextLengths): number =>
    Object.keys(shortest).reduce((total, modality) => total + (tokens[modality] ?? 0), 0);
  let most = 0;
  const ofRow = Uint8Array.from({ length: rows }, (_, row) => {
    const tokens = tokensOf(row);
    most = Math.max(most, sum(tokens));
    return lengths.findIndex((bucket) =>
      Object.entries(bucket).every(([modality, limit]) => (tokens[modality] ?? 0) <= limit),
    );
  });
  return { lengths, tokens: [...lengths.slice(0, -1).map(sum), most], ofRow };
}

/** The buckets by which an epoch's rows are ordered: `undefined` for a sampler that chooses among rows, because it compares rows of all lengths. */
export function bucketsOfOrder(
  { sampler }: Pick<ResolvedStage, "sampler">,
  buckets: LengthBuckets | undefined,
): LengthBuckets | undefined {
  return sampler.kind === "uncertainty" ? undefined : buckets;
}

/** The text lengths of the bucket that the longest of these rows needs. */
export function lengthsOf(buckets: LengthBuckets | undefined, rows: readonly number[]): TextLengths {
  return buckets?.lengths[Math.max(...rows.map((row) => buckets.ofRow[row] ?? 0))] ?? {};
}

/**
 * Orders rows by length: rows keep the order of `order` within a bucket, batches have rows of one bucket, and the batches are in random order. Rows
 * that do not fill a batch of their bucket go to the next longer one, so that an epoch has no more batches than without buckets; the short batch, if
 * there is one, is the last.
 */
export function orderByLength(
  order: Uint32Array,
  buckets: LengthBuckets,
  batch: number,
  permute: (batches: number) => Uint32Array,
): Uint32Array {
  const { full, left } = fillBatches([...order], buckets, batch);
  return Uint32Array.from([...[...permute(full.length)].flatMap((index) => full[index] ?? []), ...left]);
}

/** Batches of all rows, each full but for the last: in the order of the rows, or, with length buckets, rows of one bucket together. */
export function batchesOfAll(
  rows: number,
  buckets: LengthBuckets | undefined,
  batch: number,
): readonly (readonly number[])[] {
  const { full, left } = fillBatches(
    Array.from({ length: rows }, (_, row) => row),
    buckets,
    batch,
  );
  return left.length > 0 ? [...full, left] : full;
}

function fillBatches(
  rows: readonly number[],
  buckets: LengthBuckets | undefined,
  batch: number,
): { readonly full: readonly (readonly number[])[]; readonly left: readonly number[] } {
  const full: (readonly number[])[] = [];
  let left: readonly number[] = [];
  for (const bucket of buckets?.lengths.keys() ?? [0]) {
    const own = [...left, ...rows.filter((row) => (buckets?.ofRow[row] ?? 0) === bucket)];
    const count = Math.floor(own.length / batch);
    for (let index = 0; index < count; index++) full.push(own.slice(index * batch, (index + 1) * batch));
    left = own.slice(count * batch);
  }
  return { full, left };
}

import { type Pass, type StagePlan, type TextLengths, passName } from "../../../compiler/stage/plan.ts";
import type { ResolvedStage } from "../../../compiler/schema/resolved.ts";
import type { Data, Split } from "../../data/data.ts";
import { rowsOfPass, windowOfPass } from "../../data/pass-rows.ts";

/** The length buckets of a task, and the bucket of each row: the shortest one that its texts fit. */
export interface LengthBuckets {
  /**
   * The maximum length of each text in each bucket, shortest bucket first. The last bucket is the full length: an empty
   * record.
   */
  readonly lengths: readonly TextLengths[];
  /**
   * The number of tokens that a row of each bucket is padded to; of the last bucket, the number that the longest row
   * has.
   */
  readonly tokens: readonly number[];
  /** The index of a row's bucket. */
  readonly ofRow: (row: number) => number;
}

/** The length buckets of a pass for the rows of a split; `undefined` if its graphs have one length. */
export type BucketsOfSplit = (pass: Pass, split: Split) => LengthBuckets | undefined;

/** Opens the length buckets of every pass and split. The rows of a split are read on first access. */
export function openLengthBuckets(
  plan: Pick<StagePlan, "buckets">,
  data: Pick<Data, "rows" | "batch" | "tokens" | "window" | "shared">,
): BucketsOfSplit {
  const known = new Map<string, LengthBuckets | undefined>();
  return (pass, split) => {
    const key = `${split} ${passName(pass)}`;
    if (!known.has(key)) {
      const rows = rowsOfPass(data, pass);
      known.set(
        key,
        bucketsOf(plan.buckets(pass), rows.rows(split), {
          tokensOf: (row) => rows.tokens(split, row),
          of: windowOfPass(data, pass) === undefined ? "kept" : "found again",
        }),
      );
    }
    return known.get(key);
  };
}

export interface BucketedRows {
  readonly tokensOf: (row: number) => TextLengths;
  /** `kept` keeps the bucket of each row in memory; `found again` computes it on each access. */
  readonly of: "kept" | "found again";
}

/** Sorts rows into buckets by the numbers of tokens that their texts have; `undefined` if there is only one length. */
export function bucketsOf(
  lengths: readonly TextLengths[],
  rows: number,
  { tokensOf, of }: BucketedRows,
): LengthBuckets | undefined {
  const [shortest = {}, ...longer] = lengths;
  if (longer.length === 0) return undefined;
  const sum = (tokens: TextLengths): number =>
    Object.keys(shortest).reduce((total, modality) => total + (tokens[modality] ?? 0), 0);
  const bucketOf = (tokens: TextLengths): number =>
    lengths.findIndex((bucket) =>
      Object.entries(bucket).every(([modality, limit]) => (tokens[modality] ?? 0) <= limit),
    );
  let most = 0;
  const kept = new Uint8Array(of === "kept" ? rows : 0);
  for (let row = 0; row < rows; row++) {
    const tokens = tokensOf(row);
    most = Math.max(most, sum(tokens));
    if (of === "kept") kept[row] = bucketOf(tokens);
  }
  const ofRow = (row: number): number => (of === "kept" ? (kept[row] ?? 0) : bucketOf(tokensOf(row)));
  return { lengths, tokens: [...lengths.slice(0, -1).map(sum), most], ofRow };
}

/**
 * The buckets by which an epoch's rows are ordered: `undefined` for a sampler that chooses among rows, because it
 * compares rows of all lengths.
 */
export function bucketsOfOrder(
  { sampler }: Pick<ResolvedStage, "sampler">,
  buckets: LengthBuckets | undefined,
): LengthBuckets | undefined {
  return sampler.kind === "uncertainty" ? undefined : buckets;
}

/** The text lengths of the bucket that the longest of these rows needs. */
export function lengthsOf(buckets: LengthBuckets | undefined, rows: readonly number[]): TextLengths {
  return buckets?.lengths[Math.max(...rows.map((row) => buckets.ofRow(row)))] ?? {};
}

/**
 * Orders rows by length: rows keep the order of `order` within a bucket, batches have rows of one bucket, and the
 * batches are in random order. Rows that do not fill a batch of their bucket go to the next longer one, so that an
 * epoch has no more batches than without buckets; the short batch, if there is one, is the last.
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

/** The rows of a split, and how many of them may be read ahead to form batches. */
export interface AllRows {
  readonly rows: number;
  /** The number of rows that are grouped together; all of them if it is `undefined`. */
  readonly window?: number | undefined;
}

/**
 * Batches of all rows, each full but for the last: in the order of the rows, or, with length buckets, rows of one
 * bucket together, window by window.
 */
export function* batchesOfAll(
  { rows, window = rows }: AllRows,
  buckets: LengthBuckets | undefined,
  batch: number,
): Generator<readonly number[]> {
  let left: readonly number[] = [];
  for (let start = 0; start < rows; start += window) {
    const size = Math.min(window, rows - start);
    const filled = fillBatches([...left, ...Array.from({ length: size }, (_, at) => start + at)], buckets, batch);
    yield* filled.full;
    left = filled.left;
  }
  if (left.length > 0) yield left;
}

function fillBatches(
  rows: readonly number[],
  buckets: LengthBuckets | undefined,
  batch: number,
): { readonly full: readonly (readonly number[])[]; readonly left: readonly number[] } {
  const inBuckets = (buckets?.lengths ?? [{}]).map((): number[] => []);
  for (const row of rows) inBuckets[buckets?.ofRow(row) ?? 0]?.push(row);
  const full: (readonly number[])[] = [];
  let left: readonly number[] = [];
  for (const inBucket of inBuckets) {
    const own = [...left, ...inBucket];
    const count = Math.floor(own.length / batch);
    for (let index = 0; index < count; index++) full.push(own.slice(index * batch, (index + 1) * batch));
    left = own.slice(count * batch);
  }
  return { full, left };
}

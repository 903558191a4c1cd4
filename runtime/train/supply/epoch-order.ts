import { generator } from "../../random/generator.ts";
import { type LengthBuckets, orderByLength } from "./length-buckets.ts";

/** The settings that the order of an epoch's rows depends on. */
export interface EpochOrderSettings {
  readonly seed: number;
  /** The stage, so that two stages do not repeat each other's order. */
  readonly stage: string;
  readonly task: string;
  /** Rows of the training split. */
  readonly rows: number;
  /** Rows of a batch. */
  readonly batch: number;
  /** The length buckets by which rows are batched, if the task's graphs have several lengths. */
  readonly buckets?: LengthBuckets | undefined;
  /** The number of rows that are shuffled together; all of them if it is `undefined` or larger. */
  readonly window?: number | undefined;
}

/** The positions of an epoch's rows in the training split, in the order in which they are trained on. */
export interface EpochOrder {
  /** The positions from index `start` to before index `end` of the epoch. */
  slice(start: number, end: number): readonly number[];
}

/** The order of an epoch, a function of the settings and the epoch alone: it can be begun anywhere. */
export function orderOfEpoch(settings: EpochOrderSettings, epoch: number): EpochOrder {
  const { rows, window } = settings;
  return window === undefined || window >= rows
    ? orderOfAll(settings, epoch)
    : new WindowOrder({ ...settings, window }, epoch);
}

function orderOfAll({ seed, stage, task, rows, batch, buckets }: EpochOrderSettings, epoch: number): EpochOrder {
  const shuffled = generator(seed, "order of rows", stage, task, epoch).permutation(rows);
  const order = buckets
    ? orderByLength(shuffled, buckets, batch, (batches) =>
        generator(seed, "order of batches", stage, task, epoch).permutation(batches),
      )
    : shuffled;
  return { slice: (start, end) => [...order.subarray(start, end)] };
}

/** The number of blocks that are shuffled together in a window. */
const blocksOfWindow = 16;

/**
 * Rows are divided into blocks, whose order is random, and consecutive blocks that fill a window are shuffled together.
 * Rows that are close to each other in a file are therefore read at about the same time, and no more than a window has
 * to be known at once.
 */
class WindowOrder implements EpochOrder {
  readonly #settings: EpochOrderSettings;
  readonly #epoch: number;
  /**
   * The number of rows in a window: as declared, or with length buckets a multiple of the batch, so that no batch of an
   * epoch but the last is short.
   */
  readonly #window: number;
  readonly #block: number;
  readonly #blocks: Uint32Array;
  /** The index in the shuffled blocks of the split's last block, which may be short. */
  readonly #short: number;
  #open: { readonly index: number; readonly rows: readonly number[] } | undefined;

  constructor(settings: EpochOrderSettings & { readonly window: number }, epoch: number) {
    const { seed, stage, task, rows, batch, buckets, window } = settings;
    this.#settings = settings;
    this.#epoch = epoch;
    this.#window = buckets ? Math.ceil(window / batch) * batch : window;
    this.#block = Math.ceil(this.#window / blocksOfWindow);
    const count = Math.ceil(rows / this.#block);
    this.#blocks = generator(seed, "order of blocks", stage, task, epoch).permutation(count);
    this.#short = this.#blocks.indexOf(count - 1);
  }

  slice(start: number, end: number): readonly number[] {
    const last = Math.min(end, this.#settings.rows);
    const taken: number[] = [];
    for (let at = start; at < last;) {
      const index = Math.floor(at / this.#window);
      const from = at - index * this.#window;
      const part = this.#rowsOf(index).slice(from, from + last - at);
      for (const row of part) taken.push(row);
      at += part.length;
    }
    return taken;
  }

  #rowsOf(index: number): readonly number[] {
    if (this.#open?.index === index) return this.#open.rows;
    const { seed, stage, task, rows, batch, buckets } = this.#settings;
    const start = index * this.#window;
    const size = Math.min(this.#window, rows - start);
    const shuffled = generator(seed, "order in a window", stage, task, this.#epoch, index)
      .permutation(size)
      .map((at) => this.#rowAt(start + at));
    const ordered = buckets
      ? orderByLength(shuffled, buckets, batch, (batches) =>
          generator(seed, "order of batches", stage, task, this.#epoch, index).permutation(batches),
        )
      : shuffled;
    this.#open = { index, rows: [...ordered] };
    return this.#open.rows;
  }

  /** The position in the split of a row by how many rows of shuffled blocks come before it. */
  #rowAt(at: number): number {
    const missing = this.#blocks.length * this.#block - this.#settings.rows;
    const isBehindShort = at >= (this.#short + 1) * this.#block - missing;
    const whole = isBehindShort ? at + missing : at;
    return (this.#blocks[Math.floor(whole / this.#block)] ?? 0) * this.#block + (whole % this.#block);
  }
}

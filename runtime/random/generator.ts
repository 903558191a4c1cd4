import { streamKey } from "./stream-key.ts";
import { type Block, encrypt } from "./threefry.ts";

const WORD_RANGE = 2 ** 32;

/** The random number generator with this name, for example `generator(seed, "sampler", stage)`. */
export function generator(seed: number, ...names: readonly (string | number)[]): Generator {
  return new Generator(streamKey(seed, ...names));
}

/**
 * A sequence of random numbers that a key determines. Its whole state is `position`, and setting that continues from
 * there at no cost.
 */
export class Generator {
  readonly #key: Block;
  readonly #words = new Int32Array(4);
  /** The index of the block in `#words`. */
  #block = -1;
  /** The number of words drawn so far; a safe integer. */
  position = 0;

  constructor(key: Block) {
    this.#key = key;
  }

  /** A uniform integer in 0 … 2³² − 1. */
  word(): number {
    const block = Math.floor(this.position / 4);
    if (block !== this.#block) {
      encrypt(this.#key, [block | 0, Math.floor(block / WORD_RANGE), 0, 0], this.#words, 1);
      this.#block = block;
    }
    return (this.#words[this.position++ % 4] ?? 0) >>> 0;
  }

  /** A uniform number in [0, 1) with 53 bits. Draws two words. */
  uniform(): number {
    const high = this.word() >>> 5;
    return (high * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
  }

  /**
   * A standard normal number, by Box & Muller (1958). Draws two words and keeps none, so that `position` stays the
   * whole state.
   */
  normal(): number {
    // The number is in (0, 1), because 0 has no logarithm.
    const radius = Math.sqrt(-2 * Math.log((this.word() + 0.5) / WORD_RANGE));
    return radius * Math.cos((2 * Math.PI * this.word()) / WORD_RANGE);
  }

  /**
   * A uniform integer in 0 … n − 1, for 1 ≤ n ≤ 2³². It has no bias: numbers above the last multiple of n are drawn
   * again.
   */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > WORD_RANGE) throw new RangeError(`below(${n})`);
    const limit = WORD_RANGE - (WORD_RANGE % n);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % n;
  }

  /** The numbers 0 … n − 1 in random order (Fisher & Yates, in Durstenfeld's form). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, index) => index);
    for (let last = n - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const moved = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = moved;
    }
    return order;
  }
}

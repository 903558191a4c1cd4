import { streamKey } from "./stream-key.ts";
import { type Block, encrypt } from "./threefry.ts";

const WORD_RANGE = 2 ** 32;

/** The stream of random numbers with this name; `generator(seed, "sampler", stage)`. */
export function generator(seed: number, ...names: readonly (string | number)[]): Generator {
  return new Generator(streamKey(seed, ...names));
}

/** A sequence that a key determines. Its whole state is `position`: setting it goes on from there, at no cost. */
export class Generator {
  readonly #key: Block;
  readonly #words = new Int32Array(4);
  /** The block that `#words` holds. */
  #block = -1;
  /** How many words were drawn; a safe integer. */
  position = 0;

  constructor(key: Block) {
    this.#key = key;
  }

  /** Uniform integer in 0 … 2³² − 1. */
  word(): number {
    const block = Math.floor(this.position / 4);
    if (block !== this.#block) {
      encrypt(this.#key, [block | 0, Math.floor(block / WORD_RANGE), 0, 0], this.#words, 1);
      this.#block = block;
    }
    return (this.#words[this.position++ % 4] ?? 0) >>> 0;
  }

  /** Uniform in [0, 1), with 53 bits. Draws two words. */
  uniform(): number {
    const high = this.word() >>> 5;
    return (high * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
  }

  /** Standard normal, by Box & Muller (1958). Draws two words and keeps nothing, so that `position` stays the whole state. */
  normal(): number {
    // In (0, 1): the logarithm of 0 has no value.
    const radius = Math.sqrt(-2 * Math.log((this.word() + 0.5) / WORD_RANGE));
    return radius * Math.cos((2 * Math.PI * this.word()) / WORD_RANGE);
  }

  /** Uniform integer in 0 … n − 1, for 1 ≤ n ≤ 2³²; without bias, by drawing again above the last multiple of n. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > WORD_RANGE) throw new RangeError(`below(${n})`);
    const limit = WORD_RANGE - (WORD_RANGE % n);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % n;
  }

  /** 0 … n − 1 in random order (Fisher & Yates, in Durstenfeld's form). */
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

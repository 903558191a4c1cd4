import type { ListMemory } from "../lists/list-memory.ts";
import type { NumberList } from "../lists/number-list.ts";

/** The number of 32-bit words in a SHA-256. */
const words = 8;

/** The SHA-256 of each of several values, as far as it is known. */
export class ContentHashes {
  readonly #words: NumberList;
  readonly #known: NumberList;

  constructor(values: number, memory: ListMemory) {
    this.#words = memory.numbers("uint32", words * values);
    this.#known = memory.numbers("uint8", values);
  }

  /** The hash in hexadecimal digits; `undefined` if it is not known yet. */
  at(index: number): string | undefined {
    if (this.#known.at(index) !== 1) return undefined;
    return Array.from({ length: words }, (_, word) =>
      this.#words
        .at(words * index + word)
        .toString(16)
        .padStart(8, "0"),
    ).join("");
  }

  set(index: number, hash: string): void {
    for (let word = 0; word < words; word++)
      this.#words.set(words * index + word, Number.parseInt(hash.slice(8 * word, 8 * word + 8), 16));
    this.#known.set(index, 1);
  }
}

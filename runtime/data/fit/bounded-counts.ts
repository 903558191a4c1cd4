/** What a key costs besides its characters, and what a character costs: an entry of a map, and what learning a vocabulary makes of it. */
const bytesOfKey = 256;
const bytesOfCharacter = 64;

/**
 * How often keys occur, in about so many bytes. Where the keys take more, the rarest are forgotten until half of the bytes are free, and of equally rare ones
 * those that came first: lossy counting (Manku and Motwani, 2002) in blocks of varying length. A key that is frequent enough to matter to a vocabulary comes again
 * soon; its count is then too low by what it had, which is no more than the rarest of those that were kept. The outcome depends on the order of the keys alone.
 */
export class BoundedCounts {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  #bytes = 0;
  #forgot = false;

  constructor(bytes = Infinity) {
    this.#most = bytes;
  }

  get counts(): Map<string, number> {
    return this.#counts;
  }

  /** Whether any key was forgotten, so that counts are too low. */
  get forgot(): boolean {
    return this.#forgot;
  }

  add(key: string, times = 1): void {
    const known = this.#counts.get(key);
    this.#counts.set(key, (known ?? 0) + times);
    if (known !== undefined) return;
    this.#bytes += bytesOf(key);
    if (this.#bytes > this.#most) this.#forget();
  }

  #forget(): void {
    this.#forgot = true;
    const byCount = [...this.#counts].sort(([, left], [, right]) => left - right);
    for (const [key] of byCount) {
      if (this.#bytes <= this.#most / 2) return;
      this.#counts.delete(key);
      this.#bytes -= bytesOf(key);
    }
  }
}

function bytesOf(key: string): number {
  return bytesOfKey + bytesOfCharacter * key.length;
}

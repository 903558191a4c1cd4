/**
 * Estimates of the memory for a key and for each of its characters: an entry of a map, and what learning a vocabulary
 * adds to it.
 */
const bytesOfKey = 256;
const bytesOfCharacter = 64;

/**
 * Counts keys within about `bytes` bytes of memory. When the keys take more, the rarest are forgotten until half of the
 * bytes are free, and among equally rare ones the earliest: lossy counting (Manku and Motwani, 2002) in blocks of
 * varying length. A key that is frequent enough for a vocabulary soon occurs again; its count is then too low by its
 * earlier count, which is at most that of the rarest key that was kept. The result depends on nothing but the order of
 * the keys.
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

  /** True if any key was forgotten, so that counts are too low. */
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

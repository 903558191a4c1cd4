/**
 * A hash table from the digest of a row's content, a uniformly distributed number in [0, 1), to the row's index. Open
 * addressing with twelve bytes per slot. Two contents may share a digest, so the caller decides if a row is the right
 * one.
 */
export class RowsByDigest {
  readonly #digests: Float64Array;
  readonly #positions: Int32Array;

  /** Creates a table for at most `count` rows. */
  constructor(count: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * count + 1));
    this.#digests = new Float64Array(slots);
    this.#positions = new Int32Array(slots).fill(-1);
  }

  find(digest: number, isMeant: (position: number) => boolean): number | undefined {
    for (let slot = this.#slotOf(digest); ; slot = this.#after(slot)) {
      const position = this.#positions[slot] ?? -1;
      if (position < 0) return undefined;
      if (this.#digests[slot] === digest && isMeant(position)) return position;
    }
  }

  add(digest: number, position: number): void {
    let slot = this.#slotOf(digest);
    while ((this.#positions[slot] ?? -1) >= 0) slot = this.#after(slot);
    this.#digests[slot] = digest;
    this.#positions[slot] = position;
  }

  #slotOf(digest: number): number {
    return Math.floor(digest * this.#positions.length);
  }

  #after(slot: number): number {
    return (slot + 1) % this.#positions.length;
  }
}

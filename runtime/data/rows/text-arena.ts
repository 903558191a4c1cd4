const chunkBytes = 2 ** 20;
const lengthBytes = 4;

/** Where a text is in an arena. */
export type TextPlace = number;

/**
 * Many texts outside of the heap: a data set of millions of cells would otherwise be an object for each, all of which every garbage collection
 * looks at. A text takes a byte a character where all are ASCII, else two, and four bytes besides.
 */
export class TextArena {
  readonly #chunks: Buffer[] = [];
  #at = chunkBytes;

  add(text: string): TextPlace {
    const isAscii = Buffer.byteLength(text, "utf8") === text.length;
    const bytes = isAscii ? text.length : 2 * text.length;
    const [chunk, place, at] = this.#reserve(lengthBytes + bytes);
    // The lowest bit of the length says how the text is written.
    chunk.writeUInt32LE(2 * text.length + (isAscii ? 0 : 1), at);
    chunk.write(text, at + lengthBytes, isAscii ? "latin1" : "utf16le");
    return place;
  }

  at(place: TextPlace): string {
    const chunk = this.#chunks[Math.floor(place / chunkBytes)];
    if (chunk === undefined) throw new Error(`no text at ${place}`);
    const at = place % chunkBytes;
    const head = chunk.readUInt32LE(at);
    const start = at + lengthBytes;
    const length = head >>> 1;
    return head % 2 === 0
      ? chunk.toString("latin1", start, start + length)
      : chunk.toString("utf16le", start, start + 2 * length);
  }

  /** Room in the chunk that is being filled, or in one that is as long as it takes. */
  #reserve(bytes: number): readonly [chunk: Buffer, place: TextPlace, at: number] {
    const last = this.#chunks.at(-1);
    if (last !== undefined && this.#at + bytes <= chunkBytes) {
      const at = this.#at;
      this.#at += bytes;
      return [last, (this.#chunks.length - 1) * chunkBytes + at, at];
    }
    const chunk = Buffer.allocUnsafeSlow(Math.max(bytes, chunkBytes));
    this.#chunks.push(chunk);
    this.#at = bytes;
    return [chunk, (this.#chunks.length - 1) * chunkBytes, 0];
  }
}

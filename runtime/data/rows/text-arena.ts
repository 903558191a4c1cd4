import { Buffer, isAscii, readAscii, writeAscii } from "../../host/bytes.ts";

const chunkBytes = 2 ** 20;
const lengthBytes = 4;

/** The offset of a text in an arena. */
export type TextPlace = number;

/**
 * Stores many texts outside of the JavaScript heap. Otherwise a data set would have an object for each of millions of
 * cells, all of which every garbage collection visits. A text takes one byte per character if all are ASCII, else two,
 * and four bytes in addition.
 */
export class TextArena {
  readonly #chunks: Buffer[] = [];
  #at = chunkBytes;

  add(text: string): TextPlace {
    const hasOneByte = isAscii(text);
    const bytes = hasOneByte ? text.length : 2 * text.length;
    const [chunk, place, at] = this.#reserve(lengthBytes + bytes);
    // The lowest bit of the length tells if the text has one or two bytes per character.
    chunk.writeUInt32LE(2 * text.length + (hasOneByte ? 0 : 1), at);
    if (hasOneByte) writeAscii(chunk, text, at + lengthBytes);
    else chunk.write(text, at + lengthBytes, "utf16le");
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
      ? readAscii(chunk, start, start + length)
      : chunk.toString("utf16le", start, start + 2 * length);
  }

  /** Reserves bytes in the current chunk, or in a new one that is large enough. */
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

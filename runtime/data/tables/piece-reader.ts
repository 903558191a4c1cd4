/** Reads a given number of bytes at a time from a file that arrives in pieces of any length. */
import { Buffer } from "../../host/bytes.ts";
export class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array(0);
  #at = 0;
  #taken = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The number of bytes taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * The next `count` bytes, valid until the next call; `undefined` if the file ends before. Memory is used only for
   * bytes that arrive, whatever `count` announces.
   */
  async take(count: number): Promise<Uint8Array | undefined> {
    if (this.#held.length - this.#at < count && !(await this.#hold(count))) return undefined;
    const bytes = this.#held.subarray(this.#at, this.#at + count);
    this.#at += count;
    this.#taken += count;
    return bytes;
  }

  /** The number of bytes after those that were taken. */
  async left(): Promise<number> {
    let bytes = this.#held.length - this.#at;
    for (let piece = await this.#pieces.next(); piece.done !== true; piece = await this.#pieces.next())
      bytes += piece.value.length;
    return bytes;
  }

  async #hold(count: number): Promise<boolean> {
    const held = [this.#held.subarray(this.#at)];
    let bytes = held[0]?.length ?? 0;
    while (bytes < count) {
      const piece = await this.#pieces.next();
      if (piece.done === true) break;
      held.push(piece.value);
      bytes += piece.value.length;
    }
    this.#held = Buffer.concat(held);
    this.#at = 0;
    return bytes >= count;
  }
}

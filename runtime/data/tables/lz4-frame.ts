const magic = 0x184d2204;

/**
 * Decompresses an LZ4 frame (LZ4 Frame Format 1.6.2), the default compression of Feather files. All blocks are written
 * to one output, which linked blocks refer back to. Checksums are not verified, since Arrow writes none.
 */
export function decompressLz4Frame(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (view.getUint32(0, true) !== magic) throw new Error("it is not an LZ4 frame");
  const flags = view.getUint8(4);
  const has = (bit: number): number => (flags >> bit) & 1;
  // The header has the magic number, the flags, the block size, the optional fields that the flags announce, and a
  // checksum byte.
  let at = 6 + 8 * has(3) + 4 * has(0) + 1;
  const output = new Output();
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return output.bytes();
    const length = size & 0x7fffffff;
    const block = input.subarray(at, at + length);
    if (size >>> 31 === 1) output.append(block);
    else appendBlock(block, output);
    at += length + 4 * has(4);
  }
}

/** A block is a list of sequences: literals, then a match earlier in the output (LZ4 Block Format). */
function appendBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const next = (): number => {
    const byte = block[at++];
    if (byte === undefined) throw new Error("an LZ4 block is cut short");
    return byte;
  };
  const extended = (length: number): number => {
    if (length < 15) return length;
    let total = length;
    let byte = 255;
    while (byte === 255) total += byte = next();
    return total;
  };
  while (at < block.length) {
    const token = next();
    const literals = extended(token >> 4);
    if (at + literals > block.length) throw new Error("an LZ4 block is cut short");
    output.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence has only literals.
    if (at >= block.length) return;
    const offset = next() | (next() << 8);
    output.repeat(offset, extended(token & 15) + 4);
  }
}

/** A buffer that grows. */
class Output {
  #bytes = new Uint8Array(2 ** 16);
  #length = 0;

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /**
   * Appends a copy of the bytes that begin `offset` before the end. The copy may overlap itself, which repeats them.
   */
  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.#length) throw new Error("an LZ4 block refers to data before its beginning");
    this.#reserve(length);
    for (let left = length; left > 0; left--) {
      this.#bytes[this.#length] = this.#bytes[this.#length - offset] ?? 0;
      this.#length += 1;
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

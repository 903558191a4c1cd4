import type { ByteMove, RowPart } from "../../compiler/graph/graph.ts";
import type { IndexRange } from "../../compiler/graph/index-ranges.ts";
import { rowRanges } from "./row-ranges.ts";
import { deriveKey, streamKey } from "./stream-key.ts";
import { type Block, encrypt } from "./threefry.ts";

export interface RandomBytes {
  readonly seed: number;
  /** The name of the random site, as in the role of the graph's input. */
  readonly site: string;
  readonly epoch: number;
  /** The stable key of the example in each real row. */
  readonly keys: readonly string[];
  readonly rowBytes: number;
  /** The bytes that are moved, by their position in a row. */
  readonly moved?: ByteMove;
  /** The positions of a row's bytes in the full row, if the graph's texts are compiled shorter. */
  readonly part?: RowPart;
}

/** The number of bytes in a block of the cipher. */
const blockBytes = 16;

/**
 * Fills the input `[B, …]` of a random site with eight bits per draw, and more for those that a rate splits. Each byte
 * is keyed by (seed, site, epoch, example, position in the full row), so that it depends neither on the order or size
 * of the batch nor on the compiled length of its texts. Rows beyond the keys are padding and get zeros.
 */
export function fillRandomBytes(
  { seed, site, epoch, keys, rowBytes, moved, part }: RandomBytes,
  out: Uint8Array,
): void {
  if (keys.length * rowBytes > out.length)
    throw new RangeError(`${keys.length} rows of ${rowBytes} bytes do not fit ${out.length}`);
  const stream = streamKey(seed, "random bytes", site, epoch);
  const ranges = part ? rowRanges(part) : [{ start: 0, size: rowBytes }];
  const words = new Int32Array(4 * Math.max(...ranges.map(blocksOf)));
  const bytes = new Uint8Array(words.buffer);
  keys.forEach((key, index) => {
    const row = deriveKey(stream, key);
    let at = index * rowBytes;
    for (const range of ranges) {
      const end = fillRange(row, range, { words, bytes, out, at });
      if (moved) moveBytes(row, moved, out.subarray(at, end), range.start);
      at = end;
    }
  });
  out.fill(0, keys.length * rowBytes);
}

interface Buffers {
  readonly words: Int32Array;
  /** A view of the same memory. */
  readonly bytes: Uint8Array;
  readonly out: Uint8Array;
  readonly at: number;
}

/**
 * Fills a range of a row: position p of the full row is byte p of the cipher's stream. Returns the offset after the
 * range.
 */
function fillRange(key: Block, range: IndexRange, { words, bytes, out, at }: Buffers): number {
  const first = Math.floor(range.start / blockBytes);
  encrypt(key, [first, 0, 0, 0], words, blocksOf(range));
  const from = range.start - first * blockBytes;
  out.set(bytes.subarray(from, from + range.size), at);
  return at + range.size;
}

const drawn = new Int32Array(4);

/**
 * Draws again for each byte that may be moved, by its position in the full row, from another block than those of the
 * bytes (word 1 of the counter).
 */
function moveBytes(key: Block, { from, to, share }: ByteMove, bytes: Uint8Array, start: number): void {
  for (let place = bytes.indexOf(from); place >= 0; place = bytes.indexOf(from, place + 1)) {
    encrypt(key, [start + place, 1, 0, 0], drawn, 1);
    if ((drawn[0] ?? 0) >>> 0 < share * 2 ** 32) bytes[place] = to;
  }
}

function blocksOf({ start, size }: IndexRange): number {
  return Math.ceil((start + size) / blockBytes) - Math.floor(start / blockBytes);
}

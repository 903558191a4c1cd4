import type { ByteMove, RowPart } from "../../compiler/graph/graph.ts";
import type { IndexRange } from "../../compiler/graph/index-ranges.ts";
import { rowRanges } from "./row-ranges.ts";
import { deriveKey, streamKey } from "./stream-key.ts";
import { type Block, encrypt } from "./threefry.ts";

export interface RandomBytes {
  readonly seed: number;
  /** Name of the place in the graph, as in the role of its input. */
  readonly site: string;
  readonly epoch: number;
  /** One for each real row: the example's stable key. */
  readonly keys: readonly string[];
  readonly rowBytes: number;
  /** Which of them are moved, of those in a row. */
  readonly moved?: ByteMove;
  /** Where the bytes of a row are in that of the full graph, where its texts are compiled shorter. */
  readonly part?: RowPart;
}

/** Bytes of a block of the cipher. */
const blockBytes = 16;

/**
 * Fills the input `[B, …]` of a random site, eight bits a draw, and more for those that a rate splits. Each byte is keyed by (seed, site, epoch, example, position in the full row), so
 * it depends neither on the order of the batch nor on its size nor on how long its texts are compiled. Rows beyond the keys are padding and get zeros.
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
  /** The same memory. */
  readonly bytes: Uint8Array;
  readonly out: Uint8Array;
  readonly at: number;
}

/** Position p of a row is byte p of the cipher's stream. Gives where the next range goes. */
function fillRange(key: Block, range: IndexRange, { words, bytes, out, at }: Buffers): number {
  const first = Math.floor(range.start / blockBytes);
  encrypt(key, [first, 0, 0, 0], words, blocksOf(range));
  const from = range.start - first * blockBytes;
  out.set(bytes.subarray(from, from + range.size), at);
  return at + range.size;
}

const drawn = new Int32Array(4);

/** A further draw for each byte that may be moved, by its position in the full row: a block of its own, beside those of the bytes (word 1 of the counter). */
function moveBytes(key: Block, { from, to, share }: ByteMove, bytes: Uint8Array, start: number): void {
  for (let place = bytes.indexOf(from); place >= 0; place = bytes.indexOf(from, place + 1)) {
    encrypt(key, [start + place, 1, 0, 0], drawn, 1);
    if ((drawn[0] ?? 0) >>> 0 < share * 2 ** 32) bytes[place] = to;
  }
}

function blocksOf({ start, size }: IndexRange): number {
  return Math.ceil((start + size) / blockBytes) - Math.floor(start / blockBytes);
}

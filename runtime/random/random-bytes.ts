import { deriveKey, streamKey } from "./stream-key.ts";
import { encrypt } from "./threefry.ts";

export interface RandomBytes {
  readonly seed: number;
  /** Name of the place in the graph, as in the role of its input. */
  readonly site: string;
  readonly epoch: number;
  /** One for each real row: the example's stable key. */
  readonly keys: readonly string[];
  readonly rowBytes: number;
}

/**
 * Fills the input `[B, …]` of a random site, eight bits a draw. Each byte is keyed by (seed, site, epoch, example, position in the row), so
 * it depends neither on the order of the batch nor on its size. Rows beyond the keys are padding and get zeros.
 */
export function fillRandomBytes({ seed, site, epoch, keys, rowBytes }: RandomBytes, out: Uint8Array): void {
  if (keys.length * rowBytes > out.length) throw new RangeError(`${keys.length} rows of ${rowBytes} bytes do not fit ${out.length}`);
  const stream = streamKey(seed, "random bytes", site, epoch);
  const blocks = Math.ceil(rowBytes / 16);
  const words = new Int32Array(4 * blocks);
  const row = new Uint8Array(words.buffer, 0, rowBytes);
  keys.forEach((key, index) => {
    encrypt(deriveKey(stream, key), [0, 0, 0, 0], words, blocks);
    out.set(row, index * rowBytes);
  });
  out.fill(0, keys.length * rowBytes);
}

import { Buffer } from "../../host/bytes.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/** The numbers of an array file, and the sizes of its axes, outermost first. */
export interface NpyArray {
  readonly values: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

const types = { "<f4": Float32Array, "<f8": Float64Array } as const;

/** Reads NumPy's format: little-endian float32 or float64 in C order (NEP 1). Throws `UnreadableValue`. */
export function readNpy(bytes: Uint8Array): NpyArray {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.toString("latin1", 0, 6) !== "\u0093NUMPY" || view.length < 12)
    throw new UnreadableValue("it is not a .npy file");
  const lengthBytes = (view[6] ?? 1) === 1 ? 2 : 4;
  const start = 8 + lengthBytes + view.readUIntLE(8, lengthBytes);
  const header = view.toString("latin1", 8 + lengthBytes, start);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "";
  const shape = /'shape':\s*\(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  const array = Object.entries(types).find(([name]) => name === type)?.[1];
  if (array === undefined || shape === undefined || !/'fortran_order':\s*False/.test(header))
    throw new UnreadableValue("it is not a .npy file of float32 or float64 in C order");
  const count = shape.reduce((product, size) => product * size, 1);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0) || !Number.isSafeInteger(count))
    throw new UnreadableValue(`it is a .npy file of shape (${shape.join(", ")})`);
  if (view.length < start + count * array.BYTES_PER_ELEMENT)
    throw new UnreadableValue("it is a .npy file that ends early");
  // The numbers are copied, since they need not begin at a multiple of their size.
  return {
    values: new array(Uint8Array.from(view.subarray(start, start + count * array.BYTES_PER_ELEMENT)).buffer),
    shape,
  };
}

/**
 * The numbers of a binary array file, row-major, with the sizes of its axes. A `tensor` of this shape or, if they are
 * bytes, an `image` can be read from it.
 */
import { Buffer } from "../../host/bytes.ts";
export class NumberGrid {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

  constructor(shape: NumberGrid["shape"], data: NumberGrid["data"]) {
    this.shape = shape;
    this.data = data;
  }

  /** Called by `JSON.stringify` where rows are hashed. */
  toJSON(): string {
    return `${this.shape.join("×")}:${Buffer.from(this.data.buffer, this.data.byteOffset, this.data.byteLength).toString("base64")}`;
  }
}

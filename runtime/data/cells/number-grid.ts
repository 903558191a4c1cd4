/** Numbers of a binary file as they are in it, row-major: what a `tensor` of this shape, or an `image` of bytes, can be read from. */
export class NumberGrid {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

  constructor(shape: NumberGrid["shape"], data: NumberGrid["data"]) {
    this.shape = shape;
    this.data = data;
  }

  /** For hashes of rows. */
  toJSON(): string {
    return `${this.shape.join("×")}:${Buffer.from(this.data.buffer, this.data.byteOffset, this.data.byteLength).toString("base64")}`;
  }
}

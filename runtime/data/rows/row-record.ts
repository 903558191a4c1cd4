import { deserialize, serialize } from "../../host/values.ts";

/** The codes of the types of cells. Any other value is a list, an object or bytes, serialized by V8. */
const cellKinds = { number: 0, latin1: 1, utf16: 2, null: 3, true: 4, false: 5, other: 6 } as const;

/** Writes the parts of a record one after another into one buffer, which grows. */
export class RecordWriter {
  #buffer = Buffer.alloc(1024);
  #at = 0;

  begin(): void {
    this.#at = 0;
  }

  /** The bytes written since `begin`. They are valid until the next call of `begin`. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  number(value: number): void {
    this.#at = this.#room(8).writeDoubleLE(value, this.#at);
  }

  /** Writes an integer below 2³². */
  count(value: number): void {
    this.#at = this.#room(4).writeUInt32LE(value, this.#at);
  }

  cell(value: unknown): void {
    if (typeof value === "number") {
      this.#kind(cellKinds.number);
      this.number(value);
    } else if (typeof value === "string") this.#text(value);
    else if (value === null) this.#kind(cellKinds.null);
    else if (typeof value === "boolean") this.#kind(cellKinds[`${value}`]);
    else {
      this.#kind(cellKinds.other);
      const bytes = serialize(value);
      this.count(bytes.length);
      this.#room(bytes.length).set(bytes, this.#at);
      this.#at += bytes.length;
    }
  }

  /**
   * Writes a text with one byte per character if all are ASCII, else with two. Any string can be restored, even one
   * with unpaired surrogates.
   */
  #text(text: string): void {
    const isAscii = Buffer.byteLength(text, "utf8") === text.length;
    const bytes = isAscii ? text.length : 2 * text.length;
    this.#kind(isAscii ? cellKinds.latin1 : cellKinds.utf16);
    this.count(bytes);
    this.#at += this.#room(bytes).write(text, this.#at, isAscii ? "latin1" : "utf16le");
  }

  #kind(kind: number): void {
    this.#at = this.#room(1).writeUInt8(kind, this.#at);
  }

  #room(bytes: number): Buffer {
    if (this.#at + bytes > this.#buffer.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#buffer.length, this.#at + bytes));
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    return this.#buffer;
  }
}

/** Reads the parts of a record in the order in which they were written. */
export class RecordReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(record: Uint8Array<ArrayBuffer>) {
    this.#buffer = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  }

  get isDone(): boolean {
    return this.#at === this.#buffer.length;
  }

  number(): number {
    this.#at += 8;
    return this.#buffer.readDoubleLE(this.#at - 8);
  }

  count(): number {
    this.#at += 4;
    return this.#buffer.readUInt32LE(this.#at - 4);
  }

  cell(): unknown {
    const kind = this.#buffer.readUInt8(this.#at);
    this.#at += 1;
    switch (kind) {
      case cellKinds.number:
        return this.number();
      case cellKinds.latin1:
        return this.#stretch().toString("latin1");
      case cellKinds.utf16:
        return this.#stretch().toString("utf16le");
      case cellKinds.null:
        return null;
      case cellKinds.true:
        return true;
      case cellKinds.false:
        return false;
      default:
        return deserialize(this.#stretch());
    }
  }

  #stretch(): Buffer {
    const length = this.count();
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }
}

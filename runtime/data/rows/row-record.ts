import { Buffer, isAscii, readAscii, writeAscii } from "../../host/bytes.ts";
import { deserialize, serialize } from "../../host/values.ts";
import { NumberGrid } from "../cells/number-grid.ts";

/**
 * The codes of the types of cells. A cell is its code, its length in bytes if that varies, and its bytes. Any other
 * value than those named here is of type `values`, serialized by V8.
 */
const cellKinds = {
  null: 0,
  true: 1,
  false: 2,
  number: 3,
  latin1: 4,
  utf16: 5,
  numbers: 6,
  list: 7,
  grid: 8,
  values: 9,
} as const;

type CellKind = keyof typeof cellKinds;

const kindBytes = 1;
const countBytes = 4;
const numberBytes = 8;

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
    this.#at = this.#room(numberBytes).writeDoubleLE(value, this.#at);
  }

  /** Writes an integer below 2³². */
  count(value: number): void {
    this.#at = this.#room(countBytes).writeUInt32LE(value, this.#at);
  }

  cell(value: unknown): void {
    if (typeof value === "number") {
      this.#kind("number");
      this.number(value);
    } else if (typeof value === "string") this.#text(value);
    else if (value === null) this.#kind("null");
    else if (typeof value === "boolean") this.#kind(`${value}`);
    else if (Array.isArray(value)) this.#list(value);
    else if (value instanceof NumberGrid) this.#values("grid", [value.shape, value.data]);
    else this.#values("values", value);
  }

  /**
   * Writes a text with one byte per character if all are ASCII, else with two. Any string can be restored, even one
   * with unpaired surrogates.
   */
  #text(text: string): void {
    const hasOneByte = isAscii(text);
    const bytes = hasOneByte ? text.length : 2 * text.length;
    this.#kind(hasOneByte ? "latin1" : "utf16");
    this.count(bytes);
    const room = this.#room(bytes);
    if (hasOneByte) writeAscii(room, text, this.#at);
    else room.write(text, this.#at, "utf16le");
    this.#at += bytes;
  }

  #list(list: readonly unknown[]): void {
    const isOfNumbers = list.every((element) => typeof element === "number");
    this.#kind(isOfNumbers ? "numbers" : "list");
    this.count(0);
    const start = this.#at;
    if (isOfNumbers) for (const element of list) this.number(element);
    else for (const element of list) this.cell(element);
    this.#buffer.writeUInt32LE(this.#at - start, start - countBytes);
  }

  #values(kind: CellKind, value: unknown): void {
    this.#kind(kind);
    const bytes = serialize(value);
    this.count(bytes.length);
    this.#room(bytes.length).set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #kind(kind: CellKind): void {
    this.#at = this.#room(kindBytes).writeUInt8(cellKinds[kind], this.#at);
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

/** Reads the parts of a record in the order in which they were written, or from the offset of a part. */
export class RecordReader {
  readonly #buffer: Buffer;
  #at = 0;

  /** The record is the beginning of a buffer. */
  constructor(record: Buffer) {
    this.#buffer = record;
  }

  /** The offset of the next part. */
  get at(): number {
    return this.#at;
  }

  /** Moves to the offset of a part. */
  seek(at: number): void {
    this.#at = at;
  }

  number(): number {
    this.#at += numberBytes;
    return this.#buffer.readDoubleLE(this.#at - numberBytes);
  }

  count(): number {
    this.#at += countBytes;
    return this.#buffer.readUInt32LE(this.#at - countBytes);
  }

  cell(): unknown {
    const kind = this.#kind();
    switch (kind) {
      case cellKinds.null:
        return null;
      case cellKinds.true:
        return true;
      case cellKinds.false:
        return false;
      case cellKinds.number:
        return this.number();
      default:
        return this.#long(kind, this.count());
    }
  }

  skipCell(): void {
    const kind = this.#kind();
    const bytes = kind === cellKinds.number ? numberBytes : kind > cellKinds.number ? this.count() : 0;
    this.#at += bytes;
  }

  #kind(): number {
    this.#at += kindBytes;
    return this.#buffer.readUInt8(this.#at - kindBytes);
  }

  #long(kind: number, length: number): unknown {
    const end = this.#at + length;
    switch (kind) {
      case cellKinds.latin1:
        return readAscii(this.#taken(end), 0, length);
      case cellKinds.utf16:
        return this.#taken(end).toString("utf16le");
      case cellKinds.numbers: {
        const list: number[] = [];
        while (this.#at < end) list.push(this.number());
        return list;
      }
      case cellKinds.list: {
        const list: unknown[] = [];
        while (this.#at < end) list.push(this.cell());
        return list;
      }
      case cellKinds.grid:
        return new NumberGrid(...(this.#values(end) as ConstructorParameters<typeof NumberGrid>));
      default:
        return this.#values(end);
    }
  }

  /** Decodes a copy, because V8 returns typed arrays as views of the bytes that it decodes. */
  #values(end: number): unknown {
    return deserialize(Buffer.from(this.#taken(end)));
  }

  #taken(end: number): Buffer {
    const bytes = this.#buffer.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}

/**
 * Reads event files byte by byte, without protobufjs and without our checksum: what the formats say, written down
 * again.
 */
export interface ReadScalar {
  readonly wallTime: number;
  readonly step: number;
  readonly tag: string;
  readonly value: number;
}

export interface ReadFile {
  readonly version: string;
  readonly scalars: readonly ReadScalar[];
}

export function readEventFile(bytes: Uint8Array): ReadFile {
  const [first, ...events] = readRecords(bytes).map(readFields);
  return {
    version: new TextDecoder().decode(only(first, 3)),
    scalars: events.map((event) => {
      const value = readFields(only(readFields(only(event, 5)), 1));
      return {
        wallTime: view(only(event, 1)).getFloat64(0, true),
        step: Number(view(only(event, 2)).getBigUint64(0, true)),
        tag: new TextDecoder().decode(only(value, 1)),
        value: view(only(value, 2)).getFloat32(0, true),
      };
    }),
  };
}

export function readRecords(bytes: Uint8Array): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view(bytes).getBigUint64(at, true));
    const header = bytes.subarray(at, at + 8);
    const record = bytes.subarray(at + 12, at + 12 + length);
    if (view(bytes).getUint32(at + 8, true) !== masked(crc32c(header)))
      throw new Error(`the checksum of the length at ${at} is wrong`);
    if (record.length !== length || view(bytes).getUint32(at + 12 + length, true) !== masked(crc32c(record)))
      throw new Error(`the checksum of the record at ${at} is wrong`);
    records.push(record);
    at += length + 16;
  }
  return records;
}

/** Bit by bit, as RFC 3720 defines it. */
export function crc32c(bytes: Uint8Array): number {
  let checksum = 0xffffffff;
  for (const byte of bytes) {
    checksum ^= byte;
    for (let bit = 0; bit < 8; bit++) checksum = checksum & 1 ? (checksum >>> 1) ^ 0x82f63b78 : checksum >>> 1;
  }
  return (checksum ^ 0xffffffff) >>> 0;
}

function masked(checksum: number): number {
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

type Fields = ReadonlyMap<number, Uint8Array>;

/** Fields of a message by number, each once; varints as eight bytes. */
function readFields(message: Uint8Array): Fields {
  const fields = new Map<number, Uint8Array>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => message.subarray(at, (at += length));
  while (at < message.length) {
    const key = Number(varint());
    const read = [
      () => new Uint8Array(new BigUint64Array([varint()]).buffer),
      () => take(8),
      () => take(Number(varint())),
      undefined,
      undefined,
      () => take(4),
    ][key & 7];
    if (!read || fields.has(key >> 3)) throw new Error(`a field ${key} that scalars do not have`);
    fields.set(key >> 3, read());
  }
  return fields;
}

function only(fields: Fields | undefined, number: number): Uint8Array {
  return fields?.get(number) ?? new Uint8Array(8);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

import { createCRC32 } from "hash-wasm";

/** Castagnoli's polynomial, its bits reversed. */
const castagnoli = 0x82f63b78;
const headerBytes = 12;
const footerBytes = 4;

/**
 * Frames a record as TensorFlow's `record_writer.cc` does: its length as uint64, a checksum of that, the record, a
 * checksum of it; all little-endian.
 */
export async function recordFramer(): Promise<(record: Uint8Array) => Uint8Array> {
  const hasher = await createCRC32(castagnoli);
  /** A CRC of data that holds CRCs is weak, so TensorFlow stores them rotated and shifted (`crc32c.h`, `Mask`). */
  const maskedChecksum = (bytes: Uint8Array): number => {
    const checksum = Number.parseInt(hasher.init().update(bytes).digest("hex"), 16);
    return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
  };
  return (record) => {
    const framed = new Uint8Array(headerBytes + record.length + footerBytes);
    const view = new DataView(framed.buffer);
    view.setBigUint64(0, BigInt(record.length), true);
    view.setUint32(8, maskedChecksum(framed.subarray(0, 8)), true);
    framed.set(record, headerBytes);
    view.setUint32(headerBytes + record.length, maskedChecksum(record), true);
    return framed;
  };
}

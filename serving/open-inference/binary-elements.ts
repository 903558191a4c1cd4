import type { Datatype, Element, Elements } from "./protocol.ts";

/** The largest number of elements of a binary BYTES tensor, since each becomes an object that is far larger than the length before it. */
const mostTexts = 2 ** 16;

interface Fixed {
  /** Bytes of an element. */
  readonly size: number;
  readonly read: (view: DataView, at: number) => Element;
}

/** Elements of the types that have a size: little-endian. A value that the type does not have, such as a BOOL of 2, is left for the check of elements. */
const fixed: { readonly [Type in Exclude<Datatype, "BYTES">]: Fixed } = {
  BOOL: { size: 1, read: (view, at) => [false, true][view.getUint8(at)] ?? view.getUint8(at) },
  UINT8: { size: 1, read: (view, at) => view.getUint8(at) },
  UINT16: { size: 2, read: (view, at) => view.getUint16(at, true) },
  UINT32: { size: 4, read: (view, at) => view.getUint32(at, true) },
  UINT64: { size: 8, read: (view, at) => exact(view.getBigUint64(at, true)) },
  INT8: { size: 1, read: (view, at) => view.getInt8(at) },
  INT16: { size: 2, read: (view, at) => view.getInt16(at, true) },
  INT32: { size: 4, read: (view, at) => view.getInt32(at, true) },
  INT64: { size: 8, read: (view, at) => exact(view.getBigInt64(at, true)) },
  FP16: { size: 2, read: (view, at) => present(half(view.getUint16(at, true))) },
  FP32: { size: 4, read: (view, at) => present(view.getFloat32(at, true)) },
  FP64: { size: 8, read: (view, at) => present(view.getFloat64(at, true)) },
};

/** The elements that some bytes are, or the reason why they are not as many elements of this type. */
export function elementsOfBytes(
  bytes: Uint8Array,
  datatype: Datatype,
  count: number,
): { readonly elements: Elements } | { readonly problem: string } {
  if (datatype === "BYTES") return textsOfBytes(bytes, count);
  const { size, read } = fixed[datatype];
  if (bytes.length !== size * count)
    return { problem: `has ${bytes.length} bytes, and its shape has ${count} elements of ${size} bytes` };
  if (datatype === "UINT8") return { elements: bytes };
  const view = viewOf(bytes);
  return { elements: Array.from({ length: count }, (_, index) => read(view, size * index)) };
}

/** Each element is its length, in four bytes, and its bytes. */
function textsOfBytes(bytes: Uint8Array, count: number): ReturnType<typeof elementsOfBytes> {
  if (count > mostTexts) return { problem: `has ${count} elements; at most ${mostTexts} are allowed in binary form` };
  const view = viewOf(bytes);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (elements.length < count) {
    const end = at + 4 > bytes.length ? Number.POSITIVE_INFINITY : at + 4 + view.getUint32(at, true);
    if (end > bytes.length) return { problem: `ends within element ${elements.length}` };
    elements.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return at === bytes.length
    ? { elements }
    : { problem: `has ${bytes.length - at} bytes behind its last element, by its shape` };
}

/** The bytes of elements, as the binary tensor extension has them. */
export function bytesOfElements(elements: readonly Element[], datatype: "BYTES" | "FP32" | "FP64"): Uint8Array {
  if (datatype === "BYTES") return Buffer.concat(elements.flatMap((element) => lengthAndBytes(element)));
  // Every processor that runs Node in practice is little-endian, as the protocol is.
  const numbers = elements.map((element) => (element === null ? Number.NaN : Number(element)));
  return new Uint8Array((datatype === "FP32" ? Float32Array : Float64Array).from(numbers).buffer);
}

function lengthAndBytes(element: Element): readonly Uint8Array[] {
  const bytes = element instanceof Uint8Array ? element : Buffer.from(String(element ?? ""));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return [length, bytes];
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** A whole number; the text of its digits where a double does not hold it. */
function exact(value: bigint): Element {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** A missing value is NaN, since bytes have no `null`. */
function present(value: number): Element {
  return Number.isNaN(value) ? null : value;
}

/** The value of 16 bits by IEEE 754: sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  const size =
    exponent === 0x1f
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

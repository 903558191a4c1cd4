import type { StoredTensor } from "./safetensors.ts";

/**
 * The values of a stored tensor of floating point numbers, in single precision; `undefined` for a tensor of integers.
 */
export function toFloat32({ dtype, data }: StoredTensor): Float32Array | undefined {
  switch (dtype) {
    case "F32":
      return data;
    case "F64":
      return Float32Array.from(data);
    case "F16":
      return Float32Array.from(data, fromHalf);
    case "BF16":
      return fromBrainFloats(data);
    default:
      return undefined;
  }
}

/** Decodes IEEE 754 binary16: a sign, five bits of exponent with bias 15, ten bits of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Decodes bfloat16, which is the upper half of binary32. */
function fromBrainFloats(halves: Uint16Array): Float32Array {
  const bits = Uint32Array.from(halves, (half) => half * 0x10000);
  return new Float32Array(bits.buffer);
}

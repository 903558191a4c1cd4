/** The largest finite number of binary16 is 65504; from the middle between it and 2¹⁶ on, numbers become infinite. */
const LARGEST_EXPONENT = 15;
const SMALLEST_EXPONENT = -14;
const FRACTION_BITS = 10;
const SMALLEST_STEP = 2 ** (SMALLEST_EXPONENT - FRACTION_BITS);

/** Numbers as the bits of IEEE 754 binary16, each rounded to the nearest, and to the even one of two. */
export function toHalf(numbers: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(numbers, bitsOf);
}

function bitsOf(number: number): number {
  const sign = number < 0 || Object.is(number, -0) ? 0x8000 : 0;
  const size = Math.abs(number);
  if (Number.isNaN(size)) return 0x7e00;
  if (size < 2 ** SMALLEST_EXPONENT) return sign + roundedToEven(size / SMALLEST_STEP);
  const exponent = exponentOf(size);
  if (exponent > LARGEST_EXPONENT) return sign + 0x7c00;
  // A fraction that is rounded up to 1 is carried into the exponent, as the format wants it.
  const fraction = roundedToEven((size / 2 ** exponent - 1) * 2 ** FRACTION_BITS);
  return sign + ((exponent + LARGEST_EXPONENT) << FRACTION_BITS) + fraction;
}

/** The exponent of a number of single precision that is normal there, or 128 for one that is infinite. */
function exponentOf(size: number): number {
  const [bits = 0] = new Uint32Array(Float32Array.of(size).buffer);
  return (bits >>> 23) - 127;
}

/** Both terms are exact, since the numbers here are far below 2⁵³. */
function roundedToEven(number: number): number {
  const below = Math.floor(number);
  const rest = number - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

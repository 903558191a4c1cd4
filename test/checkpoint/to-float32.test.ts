import { describe, expect, test } from "vitest";
import { toFloat32 } from "../../runtime/checkpoint/to-float32.ts";
import { toHalf } from "../../runtime/checkpoint/to-half.ts";

/** Bits and values from the tables of IEEE 754-2008 binary16. */
const halves: readonly (readonly [bits: number, value: number])[] = [
  [0x0000, 0],
  [0x8000, -0],
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3555, 0.333251953125],
  [0x3c00, 1],
  [0xc000, -2],
  [0x7bff, 65504],
  [0x7c00, Infinity],
  [0xfc00, -Infinity],
  [0x7e00, Number.NaN],
];

describe("stored tensors as single precision", () => {
  test.each(halves)("binary16 %i is %d", (bits, value) => {
    expect(toFloat32({ dtype: "F16", shape: [1], data: Uint16Array.of(bits) })).toEqual(Float32Array.of(value));
  });

  test("bfloat16 is the upper half of single precision", () => {
    const values = Float32Array.of(1, -0, 3.140625, -Infinity, 2 ** -130);
    const upper = Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
    expect(toFloat32({ dtype: "BF16", shape: [5], data: upper })).toEqual(values);
  });

  test("double precision is rounded", () => {
    expect(toFloat32({ dtype: "F64", shape: [1], data: Float64Array.of(Math.PI) })).toEqual(Float32Array.of(Math.PI));
  });

  test("every binary16 keeps its bits when it is read and written", () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0,
    );
    const values = toFloat32({ dtype: "F16", shape: [all.length], data: all }) ?? new Float32Array();
    expect(toHalf(values)).toEqual(all);
  });

  test.each([
    [1 + 2 ** -11, 0x3c00, "to the even neighbour below"],
    [1 + 3 * 2 ** -11, 0x3c02, "to the even neighbour above"],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01, "to the nearest"],
    [2 ** -25, 0x0000, "half of the smallest step to 0"],
    [1.5 * 2 ** -24, 0x0002, "a subnormal number to the even neighbour"],
    [-1e-30, 0x8000, "a negative number to a negative 0"],
    [65519, 0x7bff, "to the largest number"],
    [65520, 0x7c00, "beyond it to infinity"],
    [-1e30, 0xfc00, "a large negative number to infinity"],
    [Number.NaN, 0x7e00, "no number to no number"],
  ])("binary16 rounds %d to %i: %s", (value, bits) => {
    expect(toHalf(Float32Array.of(value))).toEqual(Uint16Array.of(bits));
  });

  test("integers are refused as weights", () => {
    expect(toFloat32({ dtype: "I64", shape: [1], data: BigInt64Array.of(1n) })).toBeUndefined();
  });
});

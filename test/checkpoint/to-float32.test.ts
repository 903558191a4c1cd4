import { describe, expect, test } from "vitest";
import { toFloat32 } from "../../runtime/checkpoint/to-float32.ts";

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

  test("integers are refused as weights", () => {
    expect(toFloat32({ dtype: "I64", shape: [1], data: BigInt64Array.of(1n) })).toBeUndefined();
  });
});

import { expect, test } from "vitest";
import { elementsOfBytes } from "../../serving/open-inference/binary-elements.ts";
import type { Datatype } from "../../serving/open-inference/protocol.ts";

test("elements of every type are read from little-endian bytes", () => {
  const big = [2n ** 53n, 2n ** 53n + 1n];
  const cases: readonly (readonly [Datatype, ArrayBufferView<ArrayBuffer>, readonly unknown[]])[] = [
    ["BOOL", Uint8Array.of(0, 1), [false, true]],
    ["UINT8", Uint8Array.of(0, 255), [0, 255]],
    ["UINT16", Uint16Array.of(1, 65_535), [1, 65_535]],
    ["UINT32", Uint32Array.of(1, 2 ** 32 - 1), [1, 2 ** 32 - 1]],
    ["UINT64", BigUint64Array.of(7n, ...big), [7, ...big.map(String)]],
    ["INT8", Int8Array.of(-128, 127), [-128, 127]],
    ["INT16", Int16Array.of(-(2 ** 15), 5), [-(2 ** 15), 5]],
    ["INT32", Int32Array.of(-(2 ** 31), 5), [-(2 ** 31), 5]],
    ["INT64", BigInt64Array.of(-7n, 3n), [-7, 3]],
    ["FP32", Float32Array.of(1.5, Number.NaN), [1.5, null]],
    ["FP64", Float64Array.of(Math.PI, Number.NaN), [Math.PI, null]],
  ];
  for (const [datatype, { buffer, byteLength }, expected] of cases) {
    // The bytes of a tensor begin anywhere in a body.
    const body = new Uint8Array(byteLength + 3);
    body.set(new Uint8Array(buffer), 3);
    const read = elementsOfBytes(body.subarray(3), datatype, expected.length);
    expect([datatype, "elements" in read && [...read.elements]]).toEqual([datatype, expected]);
  }
});

test("numbers of 16 bits are those of IEEE 754", () => {
  const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x7c00, 0x7e00);
  const read = elementsOfBytes(new Uint8Array(bits.buffer), "FP16", bits.length);
  expect("elements" in read && [...read.elements]).toEqual([
    ...[0, -0, 1, -2, 0.333251953125, 65_504],
    ...[2 ** -14, 1023 * 2 ** -24, 2 ** -24, Number.POSITIVE_INFINITY, null],
  ]);
});

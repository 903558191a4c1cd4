import { describe, expect, test } from "vitest";
import { type Block, encrypt, threefry } from "../../runtime/random/threefry.ts";

const signed = (words: readonly number[]): Block => {
  const [a = 0, b = 0, c = 0, d = 0] = words.map((word) => word | 0);
  return [a, b, c, d];
};

// Known answers of `threefry4x32 13` in tests/kat_vectors of Random123 (D. E. Shaw Research): counter, key, result.
const known = [
  {
    name: "zeros",
    counter: [0, 0, 0, 0],
    key: [0, 0, 0, 0],
    result: [0x531c7e4f, 0x39491ee5, 0x2c855a92, 0x3d6abf9a],
  },
  {
    name: "ones",
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    result: [0xc4189358, 0x1c9cc83a, 0xd5881c67, 0x6a0a89e0],
  },
  {
    name: "digits of pi",
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89],
    result: [0x4aa71d8f, 0x734738c2, 0x431fc6a8, 0xae6debf1],
  },
];

describe("Threefry-4x32-13", () => {
  test.each(known)("gives Random123's answer for $name", ({ counter, key, result }) => {
    expect(threefry(signed(key), signed(counter))).toEqual(signed(result));
  });

  test("blocks in a row are those of a counter that goes up", () => {
    const key = signed([1, 2, 3, 4]);
    const out = new Int32Array(12);
    encrypt(key, signed([0xffffffff, 7, 8, 9]), out, 3);
    const expected = [0xffffffff, 0, 1].flatMap((word) => [...threefry(key, signed([word, 7, 8, 9]))]);
    expect([...out]).toEqual(expected);
  });
});

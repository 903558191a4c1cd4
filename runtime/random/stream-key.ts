import { type Block, threefry } from "./threefry.ts";

/**
 * The key of a stream: `streamKey(seed, "initial weight", "read.embed.kernel")`. Streams of different seeds or names
 * are independent, so that a new consumer does not change the numbers of others.
 */
export function streamKey(seed: number, ...names: readonly (string | number)[]): Block {
  return names.reduce<Block>(deriveKey, deriveKey([0, 0, 0, 0], seed));
}

/**
 * The key of the part `name` of a stream. The name's UTF-16 units are chained through the cipher in Matyas–Meyer–Oseas
 * form, as Skein does with Threefish; the length comes first, so that ("ab", "c") and ("a", "bc") differ.
 */
export function deriveKey(key: Block, name: string | number): Block {
  const text = String(name);
  let chained = absorb(key, [text.length, 0, 0, 0]);
  for (let at = 0; at < text.length; at += 8) {
    chained = absorb(chained, [units(text, at), units(text, at + 2), units(text, at + 4), units(text, at + 6)]);
  }
  return chained;
}

function absorb(key: Block, block: Block): Block {
  const [x0, x1, x2, x3] = threefry(key, block);
  return [x0 ^ block[0], x1 ^ block[1], x2 ^ block[2], x3 ^ block[3]];
}

/** Two UTF-16 units in a word; beyond the end, zeros. */
function units(text: string, at: number): number {
  return unit(text, at) | (unit(text, at + 1) << 16);
}

function unit(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : 0;
}

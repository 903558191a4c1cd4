import { type Shape, sizeOf } from "../../compiler/graph/graph.ts";

/** mulberry32: small, seeded, good enough for test data. */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Values that float32 holds exactly, so that engines in float32 get the very same inputs. */
export function uniform(seed: number, shape: Shape, { low = -2, high = 2 } = {}): readonly number[] {
  const next = generator(seed);
  return Array.from({ length: sizeOf(shape) }, () => Math.fround(low + (high - low) * next()));
}

export function integers(seed: number, shape: Shape, { below }: { readonly below: number }): readonly number[] {
  const next = generator(seed);
  return Array.from({ length: sizeOf(shape) }, () => Math.floor(next() * below));
}

/** Pairwise at least 1/16 apart and at least 1/32 from zero, in random order: no kink of max, relu or abs is near. */
export function distinct(seed: number, shape: Shape): readonly number[] {
  const next = generator(seed);
  const size = sizeOf(shape);
  const values = Array.from({ length: size }, (_, index) => (index - Math.floor(size / 2) + 0.5) / 16);
  return values
    .map((value) => ({ value, key: next() }))
    .sort((left, right) => left.key - right.key)
    .map(({ value }) => value);
}

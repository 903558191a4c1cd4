import type { Shape } from "./graph.ts";

/** A dimension of a graph, as it follows from the number B of examples in a batch: perExample · B + fixed. */
export interface Size {
  readonly perExample: number;
  readonly fixed: number;
}

/** The numbers of examples with which a graph is elaborated, to tell dimensions that depend on them from others. */
export const batchSizes = [7, 11] as const;

export function isFixed({ perExample }: Size): boolean {
  return perExample === 0;
}

export function isSize({ perExample, fixed }: Size, value: number): boolean {
  return perExample === 0 && fixed === value;
}

export function sameSize(left: Size, right: Size): boolean {
  return left.perExample === right.perExample && left.fixed === right.fixed;
}

export function sameSizes(left: readonly Size[], right: readonly Size[]): boolean {
  return left.length === right.length && left.every((size, axis) => right[axis] && sameSize(size, right[axis]));
}

/** The product of sizes, at most one of which depends on the batch; `undefined` if several do. */
export function productOf(sizes: readonly Size[]): Size | undefined {
  let product: Size = { perExample: 0, fixed: 1 };
  for (const { perExample, fixed } of sizes) {
    if (product.perExample !== 0 && perExample !== 0) return undefined;
    product = {
      perExample: product.perExample * fixed + product.fixed * perExample,
      fixed: product.fixed * fixed,
    };
  }
  return product;
}

/** The size that has these two values at the two numbers of examples. */
export function sizeBetween(small: number, large: number): Size {
  const [few, many] = batchSizes;
  const perExample = (large - small) / (many - few);
  return { perExample, fixed: small - perExample * few };
}

export function sizesBetween(small: Shape, large: Shape): readonly Size[] {
  return small.map((size, axis) => sizeBetween(size, large[axis] ?? size));
}

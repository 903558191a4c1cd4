import type { Generator } from "./generator.ts";

/**
 * A draw from Beta(alpha, alpha), alpha > 0, as G ∕ (G + G′) of two gamma variates; by their logarithms, which a small
 * alpha does not underflow.
 */
export function symmetricBeta(alpha: number, random: Generator): number {
  return 1 / (1 + Math.exp(logGamma(alpha, random) - logGamma(alpha, random)));
}

/** Logarithm of a Gamma(shape, 1) variate (Marsaglia & Tsang, 2000, §2 and, for shapes below 1, §6). */
function logGamma(shape: number, random: Generator): number {
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  while (true) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < x * x * 0.5 + d * (1 - v + Math.log(v))) return Math.log(d * v);
  }
}

import { expect, test } from "vitest";
import { symmetricBeta } from "../../runtime/random/beta.ts";
import { generator } from "../../runtime/random/generator.ts";

const count = 20_000;

test.each([0.3, 0.5, 1, 2.5])("Beta(%d, %d) has mean ½ and variance 1 ∕ (4·(2·alpha + 1))", (alpha) => {
  const random = generator(1, "test of beta", alpha);
  const draws = Array.from({ length: count }, () => symmetricBeta(alpha, random));
  expect(draws.every((draw) => draw >= 0 && draw <= 1)).toBe(true);
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / count;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / count;
  const expected = 1 / (4 * (2 * alpha + 1));
  // Five standard deviations of the mean; the variance's own spread is below a percent of it for these many draws.
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(expected / count));
  expect(Math.abs(variance / expected - 1)).toBeLessThan(0.05);
});

test("with alpha 1 every share is alike", () => {
  const random = generator(2, "test of beta");
  const draws = Array.from({ length: count }, () => symmetricBeta(1, random)).toSorted((left, right) => left - right);
  // Kolmogorov–Smirnov at 0.1 %.
  const farthest = draws.reduce((most, draw, rank) => Math.max(most, Math.abs(draw - (rank + 0.5) / count)), 0);
  expect(farthest).toBeLessThan(1.95 / Math.sqrt(count));
});

test("a tiny alpha takes one side or the other, never neither", () => {
  const random = generator(3, "test of beta");
  const draws = Array.from({ length: 2000 }, () => symmetricBeta(0.001, random));
  expect(draws.some(Number.isNaN)).toBe(false);
  expect(draws.filter((draw) => draw < 0.01 || draw > 0.99).length).toBeGreaterThan(1950);
});

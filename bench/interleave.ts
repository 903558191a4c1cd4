import { setTimeout } from "node:timers/promises";
import type { Steps } from "./candidate.ts";

/** A piece of work that can be repeated and timed. */
export interface Repeatable {
  readonly name: string;
  steps(count: number): Promise<Readonly<Partial<Steps> & Pick<Steps, "milliseconds">>>;
}

export interface Timing {
  readonly name: string;
  /** Milliseconds of a step in each repetition. */
  readonly samples: readonly number[];
}

/** PyTorch's threads spin for a moment after their work. No other system may be measured in this time. */
const PAUSE = 20;

/**
 * Measures all candidates in turn, so that other work on the machine affects all of them. The first two rounds warm up.
 * A repetition has as many steps as take some fifty milliseconds. Processor time is hardly affected by other work, and is comparable only for one thread.
 */
export async function interleave(
  candidates: readonly Repeatable[],
  repetitions: number,
  clock: "milliseconds" | "processor" = "milliseconds",
): Promise<readonly Timing[]> {
  const samples = candidates.map((): number[] => []);
  const counts = candidates.map(() => 1);
  for (let round = -2; round < repetitions; round++) {
    for (const [index, candidate] of candidates.entries()) {
      await setTimeout(PAUSE);
      const count = counts[index] ?? 1;
      const { [clock]: milliseconds = Number.NaN } = await candidate.steps(count);
      if (round === -1) counts[index] = Math.max(1, Math.min(20, Math.round((50 * count) / milliseconds)));
      if (round >= 0) samples[index]?.push(milliseconds / count);
    }
  }
  return candidates.map(({ name }, index) => ({ name, samples: samples[index] ?? [] }));
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const at = share * (sorted.length - 1);
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The ratio of `a` to `b` in each pair of neighbouring repetitions. */
export function ratios(a: Timing, b: Timing): readonly number[] {
  return a.samples.map((sample, index) => sample / (b.samples[index] ?? Number.NaN));
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

import type { Split } from "../data/data.ts";
import type { MeasuredValue } from "../evaluation/evaluate-split.ts";

/** One metric over all seeds. */
export interface SeedSummary {
  readonly task: string;
  readonly split: Split;
  readonly name: string;
  /** The values by seed; `null` for a run without a defined value. */
  readonly values: readonly (number | null)[];
  /** `null` where any value is. */
  readonly mean: number | null;
  /** The sample deviation, with n − 1. It estimates the spread of further seeds, not the error of the mean. */
  readonly deviation: number | null;
}

/** Summaries in the order of the first run's results. */
export function summarizeSeeds(runs: readonly (readonly MeasuredValue[])[]): readonly SeedSummary[] {
  return (runs[0] ?? []).map(({ task, split, name }) => {
    const values = runs.map((run) => {
      const value =
        run.find((each) => each.task === task && each.split === split && each.name === name)?.value ?? Number.NaN;
      return Number.isFinite(value) ? value : null;
    });
    const known = values.filter((value) => value !== null);
    if (known.length < values.length) return { task, split, name, values, mean: null, deviation: null };
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return {
      task,
      split,
      name,
      values,
      mean,
      deviation: known.length < 2 ? null : Math.sqrt(squares / (known.length - 1)),
    };
  });
}

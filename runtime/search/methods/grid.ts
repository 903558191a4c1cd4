import { numberAt } from "../draw.ts";
import type { Dimension } from "../space.ts";
import { type MethodSettings, type SearchMethod, nextWaiting } from "./method.ts";

/** Every combination of values, the last dimension fastest; of a range, numbers at equal distances on its scale. */
export function gridSearch({ space, trials, points }: MethodSettings): SearchMethod {
  const axes = space.map((dimension) => ({ name: dimension.name, values: pointsOf(dimension, points) }));
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  return {
    trials: Math.min(size, trials),
    valuesOf(trial, attempt) {
      if (attempt > 0) return undefined;
      let rest = trial - 1;
      const chosen = axes.toReversed().map(({ name, values }): readonly [string, string] => {
        const value = values[rest % values.length] ?? "";
        rest = Math.floor(rest / values.length);
        return [name, value];
      });
      return Object.fromEntries(chosen.toReversed());
    },
    next: nextWaiting,
  };
}

/** The values of a dimension that a grid has. */
export function pointsOf({ values }: Dimension, points: number): readonly string[] {
  if (values.kind === "choices") return values.values;
  const fractions = Array.from({ length: points }, (_, index) => index / (points - 1));
  // Whole numbers of a short range coincide.
  return [...new Set(fractions.map((fraction) => numberAt(values, fraction)))];
}

import type { SetParams } from "../compile.ts";
import { type Generator, generator } from "../random/generator.ts";
import { type Dimension, type NumberRange, type Space, rounded } from "./space.ts";

/** Significant digits of a number that is drawn: more would suggest that they matter. */
const digits = 4;

/**
 * Random values for a trial. The value of a dimension depends on the seed, the trial, the attempt and its own name
 * alone, so that another dimension, or more trials, change none of them.
 */
export function drawnValues(
  space: Space,
  { seed, trial, attempt }: { readonly seed: number; readonly trial: number; readonly attempt: number },
): SetParams {
  return Object.fromEntries(
    space.map(({ name, values }) => [name, drawn(values, generator(seed, "search", trial, attempt, name))]),
  );
}

function drawn(values: Dimension["values"], random: Generator): string {
  if (values.kind === "choices") return values.values[random.below(values.values.length)] ?? "";
  if (values.numbers === "whole" && values.scale === "linear")
    return `${values.low + Math.floor(random.uniform() * (values.high - values.low + 1))}${values.unit}`;
  return numberAt(values, random.uniform());
}

/** The number at a fraction of the way from the lower end to the upper one, by the scale of the range. */
export function numberAt({ low, high, unit, scale, numbers }: NumberRange, fraction: number): string {
  const value =
    scale === "log" ? Math.exp(Math.log(low) + fraction * Math.log(high / low)) : low + fraction * (high - low);
  const shown = numbers === "whole" ? Math.round(value) : Number(rounded(value, digits));
  return `${Math.min(high, Math.max(low, shown))}${unit}`;
}

/** The position of a value between the ends of its dimension, 0 to 1, for a picture; `undefined` for a value that is not in it. */
export function fractionOf({ values }: Dimension, value: string): number | undefined {
  if (values.kind === "choices") {
    const index = values.values.indexOf(value);
    return index < 0 ? undefined : values.values.length === 1 ? 0.5 : index / (values.values.length - 1);
  }
  const { low, high, scale } = values;
  const found = Number.parseFloat(value);
  if (Number.isNaN(found)) return undefined;
  return scale === "log" ? Math.log(found / low) / Math.log(high / low) : (found - low) / (high - low);
}

/** The ends of a dimension: what a specification is checked with before anything is trained. */
export function endsOf({ values }: Dimension): readonly string[] {
  if (values.kind === "choices") return values.values;
  return [numberAt(values, 0), numberAt(values, 1)];
}

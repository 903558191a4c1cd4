import { type Nearest, nearest } from "../diagnostics/nearest.ts";

/** The quantity that a number with a unit measures: seconds, bytes or hertz. Counts and fractions are plain numbers. */
export type Measure = "time" | "bytes" | "frequency";

interface Unit {
  readonly factor: number;
  readonly measure?: Measure;
}

/**
 * The factor of a unit that follows a number directly: `2M`, `512MB`, `25ms`. Bytes are counted in thousands or, with
 * an `i`, in 1024s; times in seconds.
 */
const units: ReadonlyMap<string, Unit> = new Map([
  ["%", { factor: 1e-2 }],
  ["k", { factor: 1e3 }],
  ["M", { factor: 1e6 }],
  ["G", { factor: 1e9 }],
  ["T", { factor: 1e12 }],
  ["kB", { factor: 1e3, measure: "bytes" }],
  ["MB", { factor: 1e6, measure: "bytes" }],
  ["GB", { factor: 1e9, measure: "bytes" }],
  ["KiB", { factor: 1024, measure: "bytes" }],
  ["MiB", { factor: 1024 ** 2, measure: "bytes" }],
  ["GiB", { factor: 1024 ** 3, measure: "bytes" }],
  ["ms", { factor: 1e-3, measure: "time" }],
  ["s", { factor: 1, measure: "time" }],
  ["min", { factor: 60, measure: "time" }],
  ["Hz", { factor: 1, measure: "frequency" }],
  ["kHz", { factor: 1e3, measure: "frequency" }],
] as const);

/** The units of a measure, the smallest first. */
export function unitsOf(measure: Measure): readonly string[] {
  return [...units].flatMap(([name, unit]) => (unit.measure === measure ? [name] : []));
}

export const unitNames: readonly string[] = [...units.keys()];

/** Other spellings of units, as people write them elsewhere. */
const otherSpellings: ReadonlyMap<string, string> = new Map([
  ["sec", "s"],
  ["secs", "s"],
  ["seconds", "s"],
  ["msec", "ms"],
  ["mins", "min"],
  ["minutes", "min"],
  ["K", "k"],
  ["B", "G"],
]);

/** The unit that an unknown one most likely is. */
export function nearestUnit(unit: string): Nearest | undefined {
  const other = otherSpellings.get(unit);
  return other === undefined ? nearest(unit, unitNames) : { name: other, isCertain: unit !== "B" };
}

/** The number in the base unit, with its quantity; `undefined` for an unknown unit. */
export function inUnit(
  value: number,
  unit: string,
): { readonly value: number; readonly measure?: Measure } | undefined {
  const known = units.get(unit);
  // The product as one would write it: 7% is 0.07, and 1.1k is 1100.
  return (
    known && {
      value: Number((value * known.factor).toPrecision(15)),
      ...(known.measure ? { measure: known.measure } : {}),
    }
  );
}

/** The unit in which a number with a measure is kept. */
export const measureNames: { readonly [M in Measure]: string } = {
  time: "seconds",
  bytes: "bytes",
  frequency: "hertz",
};

/**
 * The measure of an operator's result: `undefined` for a plain number, `nonsense` if the operands cannot be combined.
 */
export function measureOf(
  operator: string,
  left: Measure | undefined,
  right: Measure | undefined,
): Measure | undefined | "nonsense" {
  if (operator === "*") {
    if (left === undefined || right === undefined) return left ?? right;
    return left !== right && left !== "bytes" && right !== "bytes" ? undefined : "nonsense";
  }
  if (operator === "/") {
    if (right === undefined || left === right) return left === right ? undefined : left;
    if (left !== undefined) return "nonsense";
    return right === "time" ? "frequency" : right === "frequency" ? "time" : "nonsense";
  }
  if (left !== right) return "nonsense";
  return operator === "+" || operator === "-" ? left : undefined;
}

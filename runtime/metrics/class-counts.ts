import type { MetricTask } from "./metric.ts";

/**
 * For each class the rows that have it, that are predicted to have it, and both: all that precision, recall, F1 and
 * Matthews' coefficient need of a confusion matrix.
 */
export class ClassCounts {
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly hits: Float64Array;
  rows = 0;

  constructor(classes: number) {
    this.actual = new Float64Array(classes);
    this.predicted = new Float64Array(classes);
    this.hits = new Float64Array(classes);
  }

  /** One class of a row: whether it has it, and whether it is given it. */
  add(
    of: number,
    { isActual, isPredicted }: { readonly isActual: boolean; readonly isPredicted: boolean },
    weight: number,
  ): void {
    if (isActual) grow(this.actual, of, weight);
    if (isPredicted) grow(this.predicted, of, weight);
    if (isActual && isPredicted) grow(this.hits, of, weight);
  }

  countsOf(of: number): ClassCount {
    return { hits: this.hits[of] ?? 0, predicted: this.predicted[of] ?? 0, actual: this.actual[of] ?? 0 };
  }
}

export interface ClassCount {
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
}

export interface Averaging {
  readonly average: "macro" | "micro";
  /** One class alone, by its name. */
  readonly of?: string | undefined;
}

/**
 * A score averaged over classes (`macro`), over the counts of all classes (`micro`), or of one chosen class. Classes
 * that are neither present nor predicted are included in the macro mean only if `absent` says so. A class that the data
 * does not have scores NaN.
 */
export function averaged(
  counts: ClassCounts,
  score: (of: ClassCount) => number,
  { average, of }: Averaging,
  { placeOf }: MetricTask,
  absent: "counted" | "left out",
): number {
  if (counts.rows === 0) return Number.NaN;
  if (of !== undefined) return placeOf(of) < 0 ? Number.NaN : score(counts.countsOf(placeOf(of)));
  const all = Array.from(counts.actual, (_, each) => counts.countsOf(each));
  if (average === "micro")
    return score({ hits: total(counts.hits), predicted: total(counts.predicted), actual: total(counts.actual) });
  const seen = absent === "counted" ? all : all.filter((each) => each.predicted + each.actual > 0);
  return seen.reduce((sum, each) => sum + score(each), 0) / seen.length;
}

/** The ratio, or 0 for 0 ∕ 0, as scikit-learn's `zero_division` gives. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function grow(counts: Float64Array, at: number, weight: number): void {
  counts[at] = (counts[at] ?? 0) + weight;
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

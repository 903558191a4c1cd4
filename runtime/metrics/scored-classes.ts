import type { Averaging } from "./class-counts.ts";
import type { Metric, MetricTask } from "./metric.ts";
import { shares } from "./rank.ts";

/** One row's score of a class, and whether it has it. */
export interface Scored {
  readonly score: number;
  readonly present: boolean;
  readonly weight: number;
}

/** A measure of the rows of one class, in any order; NaN if it is not defined on them. */
type Curve = (rows: readonly Scored[]) => number;

/** Classes on which a curve is not defined, or that no row has. */
type Absent = "counted" | "left out";

/**
 * A curve of one class against the rest, by the probabilities of rows. With two classes it is that of the second, which
 * is scikit-learn's positive class; with more it is the mean over them (`macro`), or that of all of them together
 * (`micro`). `of` chooses a single class. The score of every row and class is kept, because a curve needs them sorted.
 */
export function curveOfCategory(
  curve: Curve,
  { average, of }: Averaging,
  { classes, placeOf }: MetricTask,
): Metric<"category"> {
  const columns = new Columns(classes);
  return {
    observe: ({ scores, target }, weight) =>
      columns.add(classes === 2 ? margins(scores) : shares(scores), (place) => place === target, weight),
    value: () => {
      if (of !== undefined) return columns.of(curve, placeOf(of));
      return classes === 2 ? columns.of(curve, 1) : columns.mean(curve, average, "left out");
    },
  };
}

/** Each label against its absence, by the scores of rows. */
export function curveOfLabels(
  curve: Curve,
  { average, of }: Averaging,
  { classes, placeOf }: MetricTask,
  absent: Absent,
): Metric<"labels"> {
  const columns = new Columns(classes);
  return {
    observe: ({ scores, target }, weight) => columns.add(scores, (place) => (target[place] ?? 0) > 0.5, weight),
    value: () => (of === undefined ? columns.mean(curve, average, absent) : columns.of(curve, placeOf(of))),
  };
}

/** In the order of the probabilities, of which those near 1 would be equal in double precision. */
function margins([first = Number.NaN, second = Number.NaN]: Float32Array): Float64Array {
  return Float64Array.of(first - second, second - first);
}

class Columns {
  readonly #columns: readonly Scored[][];

  constructor(classes: number) {
    this.#columns = Array.from({ length: classes }, () => []);
  }

  add(scores: ArrayLike<number>, isPresent: (place: number) => boolean, weight: number): void {
    for (const [place, column] of this.#columns.entries())
      column.push({ score: scores[place] ?? 0, present: isPresent(place), weight });
  }

  /** NaN of a class that the data does not have. */
  of(curve: Curve, place: number): number {
    return curve(this.#columns[place] ?? []);
  }

  mean(curve: Curve, average: Averaging["average"], absent: Absent): number {
    if (average === "micro") return curve(this.#columns.flat());
    const present =
      absent === "counted" ? this.#columns : this.#columns.filter((column) => column.some((row) => row.present));
    const values = present.map(curve).filter((value) => absent === "counted" || !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  }
}

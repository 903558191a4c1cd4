/** The limit on classes, above which the matrix is too large to be of use. Metrics do not need it. */
const mostClasses = 1000;

/** Counts of predicted classes for each class. */
export interface ConfusionMatrix {
  /** Names of the classes in the order of the scores. */
  readonly classes: readonly string[];
  /** Weight of the rows of a true class (outer) that were given a class (inner); with weights of 1 their number. */
  readonly counts: readonly (readonly number[])[];
}

/** Counts pairs of classes, row by row; memory grows with the pairs that occur. */
export class ConfusionCounter {
  readonly #classes: readonly string[];
  readonly #counts = new Map<number, Map<number, number>>();

  constructor(classes: readonly string[]) {
    this.#classes = classes;
  }

  add(actual: number, given: number, weight: number): void {
    const row = this.#counts.get(actual) ?? new Map<number, number>();
    this.#counts.set(actual, row.set(given, (row.get(given) ?? 0) + weight));
  }

  /** The matrix; `null` for a task of too many classes. */
  matrix(): ConfusionMatrix | null {
    const classes = this.#classes;
    if (classes.length > mostClasses) return null;
    return {
      classes,
      counts: classes.map((_, actual) => classes.map((_name, given) => this.#counts.get(actual)?.get(given) ?? 0)),
    };
  }
}

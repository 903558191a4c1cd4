/** Keeps the milliseconds of each stage of the compiler. */
export class Timer {
  readonly timings = new Map<string, number>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  timed<Result>(stage: string, run: () => Result): Result {
    const start = this.#clock();
    const result = run();
    this.timings.set(stage, this.#clock() - start);
    return result;
  }

  *steps(stage: string, steps: Generator<undefined, void>): Generator<undefined, void> {
    const start = this.#clock();
    yield* steps;
    this.timings.set(stage, this.#clock() - start);
  }
}

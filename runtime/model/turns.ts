/** Lets at most so many pieces of work run at a time, by default one, in the order in which they begin. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce = 1) {
    this.#free = atOnce;
  }

  /** Waits until there is a turn, and resolves to a function that ends it. */
  async begin(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((begin) => void this.#waiting.push(begin));
    return () => {
      const next = this.#waiting.shift();
      // The turn is handed on, so that nobody who comes meanwhile is before the one who has waited.
      if (next) next();
      else this.#free += 1;
    };
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const end = await this.begin();
    try {
      return await work();
    } finally {
      end();
    }
  }
}

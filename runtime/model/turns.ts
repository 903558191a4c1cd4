/** Lets one piece of work run at a time, in the order in which they begin. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Waits for the work before, and resolves to a function that ends the turn. */
  begin(): Promise<() => void> {
    const before = this.#last;
    let end: () => void = () => undefined;
    this.#last = new Promise<void>((resolve) => {
      end = resolve;
    });
    return before.then(() => end);
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const end = await this.begin();
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Has the turn from the first value that is asked for until the generator ends. */
  async *generate<Value, Result>(work: () => AsyncGenerator<Value, Result>): AsyncGenerator<Value, Result> {
    const end = await this.begin();
    try {
      return yield* work();
    } finally {
      end();
    }
  }
}

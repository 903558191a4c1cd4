/** Lets a loop pass, or keeps it waiting. */
export class Gate {
  #waiting: (() => void)[] | undefined;
  #yielded = performance.now();

  shut(): void {
    this.#waiting ??= [];
  }

  open(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const proceed of waiting) proceed();
  }

  /** Waits until the gate is open. Messages that have arrived are handled first, because a step by itself never lets them. */
  async pass(): Promise<void> {
    if (performance.now() - this.#yielded > mostMilliseconds) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#yielded = performance.now();
    }
    const waiting = this.#waiting;
    if (waiting) await new Promise<void>((resolve) => waiting.push(resolve));
  }
}

/** A browser makes a timer wait for 4 ms or more, so that not every short step has one. */
const mostMilliseconds = 50;

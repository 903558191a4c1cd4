/** The share of the moving mean that a new step replaces. */
const share = 0.1;

/** A moving mean of the time of a step; the first one, which loads graphs, counts only until there is another. */
export class StepTimer {
  #began = 0;
  #mean = 0;
  #steps = 0;

  begin(): void {
    this.#began = performance.now();
  }

  /** Seconds that a step takes, this one included. */
  end(): number {
    const seconds = (performance.now() - this.#began) / 1000;
    this.#mean = this.#steps++ < 2 ? seconds : this.#mean + share * (seconds - this.#mean);
    return this.#mean;
  }
}

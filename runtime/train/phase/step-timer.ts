/** The weight of a new step in the moving mean. */
const share = 0.1;

/** A moving mean of the time of a step; the first one, which loads graphs, counts only until there is another. */
export class StepTimer {
  #began = 0;
  #mean = 0;
  #steps = 0;

  begin(): void {
    this.#began = performance.now();
  }

  /** Ends a step. Returns the moving mean of the seconds per step, including this one. */
  end(): number {
    const seconds = (performance.now() - this.#began) / 1000;
    this.#mean = this.#steps++ < 2 ? seconds : this.#mean + share * (seconds - this.#mean);
    return this.#mean;
  }
}

import { RequestFailure } from "../failure.ts";

/** Counts pieces of work that are in no batch: texts that are generated, and rankings. */
export class InFlight {
  readonly #most: number;
  #count = 0;
  #idle: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Begins a piece of work, and returns the function that ends it.
   *
   * @throws RequestFailure if too many have begun.
   */
  begin(): () => void {
    if (this.#count >= this.#most)
      throw new RequestFailure("busy", `${this.#count} texts and rankings are waiting.`, "Try again later.", 1);
    this.#count += 1;
    return () => {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#idle.splice(0)) resolve();
    };
  }

  /** Resolves when all work that has begun has ended. */
  async drain(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }
}

import type { LoggedValue } from "../run/metrics-log.ts";

/** The number of steps over which a fraction is computed, because single draws are 0 or 1. */
const window = 50;

/** Follows from the losses of steps, or the rows of mixed ones, how often each task is drawn. */
export class SamplerShare {
  readonly #drawn = new Map<string, number>();
  #stage = "";
  #begun = 0;

  /** At the end of a window, each task's fraction of the draws in it. A new window begins with each stage. */
  after(event: LoggedValue): readonly LoggedValue[] {
    const { split, name, task, step, stage, value } = event;
    // The loss, which comes before, has counted one of them.
    if (split === "train" && name === "rows" && task !== null)
      this.#drawn.set(task, (this.#drawn.get(task) ?? 0) + (value ?? 1) - 1);
    if (split !== "train" || name !== "loss" || task === null) return [];
    if (stage !== this.#stage) this.#begin(stage, step - 1);
    const shares = step > this.#begun + window ? this.#shares(event) : [];
    if (shares.length > 0) this.#begin(stage, step - 1);
    this.#drawn.set(task, (this.#drawn.get(task) ?? 0) + 1);
    return shares;
  }

  #begin(stage: string, step: number): void {
    if (stage !== this.#stage) this.#drawn.clear();
    for (const task of this.#drawn.keys()) this.#drawn.set(task, 0);
    this.#stage = stage;
    this.#begun = step;
  }

  #shares(event: LoggedValue): readonly LoggedValue[] {
    const total = [...this.#drawn.values()].reduce((sum, count) => sum + count, 0);
    return [...this.#drawn].map(([task, count]) => ({
      ...event,
      task,
      step: event.step - 1,
      name: "sampler/share",
      value: count / total,
    }));
  }
}

import type { TrainingState } from "../../checkpoint/training-state.ts";

/** The tasks of a phase that its updates can still have: some may have left it. */
export class RemainingTasks {
  readonly #drawable: readonly string[];
  #left: readonly string[] = [];

  /** `drawable`: the tasks that updates can have at the beginning, in the order of the stage. */
  constructor(drawable: readonly string[]) {
    this.#drawable = drawable;
  }

  /** The tasks that have not left, in the order of the stage. */
  get names(): readonly string[] {
    return this.#drawable.filter((task) => !this.hasLeft(task));
  }

  /** True if every task is still there. */
  get isWhole(): boolean {
    return this.#left.length === 0;
  }

  hasLeft(task: string): boolean {
    return this.#left.includes(task);
  }

  leave(task: string): void {
    this.#left = [...this.#left, task];
  }

  state(): Pick<TrainingState, "left"> {
    return this.isWhole ? {} : { left: this.#left };
  }

  restore({ left = [] }: Pick<TrainingState, "left">): void {
    this.#left = left;
  }
}

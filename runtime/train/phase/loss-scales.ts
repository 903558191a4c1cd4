import type { ResolvedStage, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import type { TaskOutcome } from "../step/task-outcomes.ts";

/** The ratio above which one task dominates the weights that tasks share. */
const FAR_APART = 100;
/** The number of a task's first steps that are compared. Later, a small loss means that the task was learnt. */
const FIRST_STEPS = 10;

interface Measured {
  readonly losses: number[];
  readonly norms: number[];
}

/** Compares the losses and gradients of a stage's tasks at its beginning, each multiplied by the task's weight. */
export class LossScales {
  readonly #stage: Pick<ResolvedStage, "name" | "balance">;
  readonly #tasks: ReadonlyMap<string, Measured>;
  /** Tasks whose numbers are not standardised. */
  readonly #asTheyAre: ReadonlySet<string>;
  #isSaid = false;

  constructor(stage: Pick<ResolvedStage, "name" | "balance">, tasks: readonly Pick<ResolvedTask, "name" | "target">[]) {
    this.#stage = stage;
    this.#tasks = new Map(tasks.map(({ name }) => [name, { losses: [], norms: [] }]));
    this.#asTheyAre = new Set(
      tasks.flatMap(({ name, target }) => (targetOf(target).numbers?.standardised === false ? [name] : [])),
    );
  }

  add(outcomes: readonly TaskOutcome[]): void {
    for (const { task, loss, gradientNorm } of outcomes) {
      const seen = this.#tasks.get(task);
      if (!seen || seen.losses.length >= FIRST_STEPS) continue;
      seen.losses.push(Math.abs(loss));
      if (gradientNorm !== undefined) seen.norms.push(gradientNorm);
    }
  }

  /**
   * A sentence, returned once, if one task's loss or gradient is a hundred times another's. A stage that balances its
   * losses needs none.
   */
  note(): string | undefined {
    if (this.#isSaid || this.#stage.balance.kind !== "fixed") return undefined;
    const found = this.#farApart("loss", ({ losses }) => losses) ?? this.#farApart("gradient", ({ norms }) => norms);
    this.#isSaid = found !== undefined;
    return found;
  }

  #farApart(what: string, of: (measured: Measured) => readonly number[]): string | undefined {
    const means = [...this.#tasks].flatMap(([task, measured]) => {
      const values = of(measured);
      return values.length === 0 ? [] : [{ task, mean: values.reduce((sum, value) => sum + value, 0) / values.length }];
    });
    const [largest, ...others] = means.toSorted((left, right) => right.mean - left.mean);
    const smallest = others.findLast(({ mean }) => mean > 0);
    if (!largest || !smallest || largest.mean < FAR_APART * smallest.mean) return undefined;
    const [large, small] = [largest, smallest].map(({ mean }) => mean.toPrecision(3));
    const share = (smallest.mean / largest.mean).toPrecision(1);
    return `Task ${largest.task} has a ${what} of ${large} in the first steps of stage ${this.#stage.name}, and task ${smallest.task} one of ${small}: their shared weights are trained for ${largest.task} alone. ${this.#asTheyAre.has(largest.task) ? `Remove its \`standardise: false\`, or give it` : `Give ${largest.task}`} a \`weight\` such as ${Number(share)}, or the stage a \`balance\`.`;
  }
}

import { roleName } from "../../../compiler/graph/graph.ts";
import type { Rules } from "../../../compiler/semantics.ts";
import type { TensorData } from "../../engines/engine.ts";
import type { PreparedPass } from "../supply/step-supply.ts";
import type { BoundExecutable } from "./bound-executable.ts";
import { batchFactors } from "./gradient-sum.ts";

export interface TaskOutcome {
  readonly task: string;
  readonly epoch: number;
  readonly loss: number;
  /** The number of its rows, if a step mixes tasks. */
  readonly rows?: number;
  /** The factor that a balance gave the loss; `undefined` for a plain sum. */
  readonly scale?: number;
  /** Norm of this task's gradient before clipping and balancing. Set if the stage logs gradients, or clips in steps of one task. */
  readonly gradientNorm?: number;
  /** Terms of the loss, by name. */
  readonly terms: ReadonlyMap<string, number>;
}

export interface StepOutcome {
  readonly tasks: readonly TaskOutcome[];
  /** The sum over tasks, or their mean where a step mixes them. */
  readonly loss: number;
  /** Norm of the gradient before clipping. Set if the stage clips or logs gradients. */
  readonly gradientNorm?: number;
}

/** Losses and terms of each task of a pass in one batch. */
export function outcomesOf(
  { tasks, epoch }: PreparedPass,
  { graph }: BoundExecutable,
  outputs: ReadonlyMap<string, TensorData>,
): readonly TaskOutcome[] {
  const scalar = (name: string) => outputs.get(name)?.[0] ?? Number.NaN;
  const isShared = tasks.length > 1;
  return tasks.map((task) => {
    const own = isShared ? { task } : {};
    const prefix = isShared ? `${task}/` : "";
    const terms = graph.outputs.flatMap(({ role, name }) =>
      role.kind === "loss_term" && role.term.startsWith(prefix)
        ? [[role.term.slice(prefix.length), scalar(name)] as const]
        : [],
    );
    return { task, epoch, loss: scalar(roleName({ kind: "loss", ...own })), terms: new Map(terms) };
  });
}

/** The losses of each task over the batches of a step. Each batch's loss is a mean over its own rows. */
export class MeanOutcomes {
  readonly #pass: PreparedPass;
  readonly #factors: ReadonlyMap<string, readonly number[]>;
  readonly #losses = new Map<string, number>();
  readonly #terms = new Map<string, Map<string, number>>();

  constructor(pass: PreparedPass, { weightedMean }: Pick<Rules, "weightedMean">) {
    this.#pass = pass;
    this.#factors = new Map(
      pass.tasks.map((task) => [
        task,
        batchFactors(
          pass.batches.map(({ batch }) => (batch.parts?.get(task) ?? batch).rowWeight),
          weightedMean,
        ),
      ]),
    );
  }

  /** The factor of a batch in the mean over all rows of a task. */
  factorOf(task: string, batch: number): number {
    return this.#factors.get(task)?.[batch] ?? 0;
  }

  add(batch: number, outcomes: readonly TaskOutcome[]): void {
    for (const { task, loss, terms } of outcomes) {
      const factor = this.factorOf(task, batch);
      this.#losses.set(task, (this.#losses.get(task) ?? 0) + factor * loss);
      const sums = this.#terms.get(task) ?? new Map<string, number>();
      this.#terms.set(task, sums);
      for (const [term, value] of terms) sums.set(term, (sums.get(term) ?? 0) + factor * value);
    }
  }

  all(): readonly TaskOutcome[] {
    const { tasks, epoch } = this.#pass;
    return tasks.map((task) => ({
      task,
      epoch,
      loss: this.#losses.get(task) ?? 0,
      terms: this.#terms.get(task) ?? new Map(),
    }));
  }
}

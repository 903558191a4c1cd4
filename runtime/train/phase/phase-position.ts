import { checkpointName } from "../../checkpoint/checkpoint-folder.ts";
import { forkOf } from "./phases.ts";
import type { PhaseStart } from "./run-context.ts";

/** The progress of a phase. */
export class PhasePosition {
  /** The name of the phase: `STAGE`, or `STAGE.TASK`. */
  readonly name: string;
  /** The number of updates that the phase makes. */
  readonly total: number;
  /** The task whose fork the phase is, if it is one, as the checkpoint has it. */
  readonly fork: { readonly fork?: string };
  /** The number of updates of the phase so far. */
  step = 0;
  /** The number of passes over the rows of the task, or the largest one of several tasks. */
  epoch = 0;
  readonly #before: number;
  readonly #every: number;

  /** `every`: the number of updates between two checkpoints. */
  constructor({ phase, runStep }: PhaseStart, { total, every }: { readonly total: number; readonly every: number }) {
    const fork = forkOf(phase);
    this.name = phase.name;
    this.fork = fork === undefined ? {} : { fork };
    this.total = total;
    this.#before = runStep;
    this.#every = every;
  }

  /** The number of updates of the whole run. */
  get runStep(): number {
    return this.#before + this.step;
  }

  /** The name of a checkpoint that is saved now. */
  get checkpoint(): string {
    return checkpointName(this.runStep);
  }

  /** The position in the columns of `metrics.jsonl`. */
  get moment() {
    return { step: this.runStep, epoch: this.epoch, stage: this.name };
  }

  /** True if the specification wants a validation and a checkpoint after this update. */
  isPause(step: number): boolean {
    return step % this.#every === 0 || step === this.total;
  }
}

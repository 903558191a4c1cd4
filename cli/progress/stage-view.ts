import type { LeaveEvent, SamplerStatusEvent, StageEvent, StepEvent, ValidationEvent } from "../../runtime/index.ts";
import type { MeasuredValue } from "../../runtime/evaluation/evaluate-split.ts";

/** A task in the progress display. */
export interface TaskView {
  readonly name: string;
  /** Moving mean, because the loss of one batch is noisy. NaN before the first step. */
  readonly loss: number;
  /** Fraction of about the last hundred steps, or of their rows if steps mix tasks. */
  readonly share: number;
  /** Passes over the task's rows until now. */
  readonly epoch: number;
  /** Its first metric, or its loss, at the last validation. */
  readonly validated?: MeasuredValue;
  readonly stopped: boolean;
  /** True if it has left the stage. */
  readonly left: boolean;
}

/** Time constants of the moving means, in steps. */
const lossMemory = 10;
const shareMemory = 100;

/** State of the stage that is training. */
export class StageView {
  readonly stage: string;
  readonly total: number;
  readonly #tasks: Map<string, TaskView>;
  readonly #before: number;
  #last: StepEvent | undefined;
  #steps = 0;
  /** Result of the last validation. */
  best = false;
  score: number | undefined;

  constructor({ stage, tasks, left = [], total, done }: StageEvent) {
    this.stage = stage;
    this.total = total;
    this.#before = done;
    this.#tasks = new Map(
      tasks.map((name) => [
        name,
        { name, loss: Number.NaN, share: 0, epoch: 0, stopped: false, left: left.includes(name) },
      ]),
    );
  }

  get done(): number {
    return this.#last?.step ?? this.#before;
  }

  /** The latest step; `undefined` before the first. */
  get last(): StepEvent | undefined {
    return this.#last;
  }

  get tasks(): readonly TaskView[] {
    return [...this.#tasks.values()];
  }

  step(event: StepEvent): void {
    this.#last = event;
    this.#steps++;
    for (const task of this.tasks) {
      const loss = event.losses.get(task.name);
      const share = event.shares.get(task.name) ?? 0;
      this.#tasks.set(task.name, {
        ...task,
        loss:
          loss === undefined ? task.loss : Number.isNaN(task.loss) ? loss : task.loss + (loss - task.loss) / lossMemory,
        epoch: event.epochs.get(task.name) ?? task.epoch,
        share: task.share + (share - task.share) / Math.min(this.#steps, shareMemory),
      });
    }
  }

  validation({ values, best, score }: ValidationEvent): void {
    this.best = best;
    this.score = score;
    for (const task of this.tasks) {
      const own = values.filter((value) => value.task === task.name);
      const validated = own.find(({ name }) => name !== "loss") ?? own[0];
      if (validated) this.#tasks.set(task.name, { ...task, validated });
    }
  }

  leave({ task: name }: LeaveEvent): void {
    const task = this.#tasks.get(name);
    if (task) this.#tasks.set(name, { ...task, left: true });
  }

  /** Describes the changes. */
  samplerStatus({ status }: SamplerStatusEvent): readonly string[] {
    return status.flatMap(({ task: name, name: what, value }) => {
      const task = this.#tasks.get(name);
      if (!task || what !== "stopped" || task.stopped === (value === 1)) return [];
      this.#tasks.set(name, { ...task, stopped: value === 1 });
      return [`${name} ${value === 1 ? "stops: it has converged" : "continues: its score fell"}`];
    });
  }
}

import { roleName } from "../../../compiler/graph/graph.ts";
import { UserError } from "../../user-error.ts";
import type { StepOutcome } from "../step/task-outcomes.ts";
import { LossNotFinite } from "../step/loss-not-finite.ts";
import { taskOf } from "../program.ts";
import type { PreparedStep } from "../supply/step-supply.ts";
import { describeDivergence, diverged } from "./divergence.ts";
import { logLeft, logStep } from "./log-events.ts";
import { LossScales } from "./loss-scales.ts";
import type { StepEvent } from "./observer.ts";
import type { LoopState, OpenStage, StageValidation, StepOptions } from "./open-stage.ts";
import { PhaseCheckpoint } from "./phase-checkpoint.ts";
import { refuseLookAhead } from "../../decode/check-look-ahead.ts";
import { type PhaseParts, openPhaseParts } from "./phase-parts.ts";
import { PhaseValidation } from "./phase-validation.ts";
import type { PhaseEnd, PhaseStart, RunContext } from "./run-context.ts";
import { scheduleFactor } from "./schedules.ts";
import { StepTimer } from "./step-timer.ts";
import { traceDivergence } from "./trace-divergence.ts";
import { trainStage } from "./train-stage.ts";

/** Trains one phase to its end, or until it is interrupted. */
export async function runPhase(context: RunContext, start: PhaseStart): Promise<PhaseEnd> {
  const run = new PhaseRun(context, start);
  try {
    await run.begin();
    await (context.loop ?? trainStage)(run);
    return await run.end();
  } finally {
    await run.dispose();
  }
}

class PhaseRun implements OpenStage {
  loopState: LoopState = {};
  readonly #context: RunContext;
  readonly #start: PhaseStart;
  readonly #parts: PhaseParts;
  readonly #validation: PhaseValidation;
  readonly #checkpoint: PhaseCheckpoint;
  readonly #scales: LossScales;
  readonly #timer = new StepTimer();
  /** The batch that was read while the last step ran. */
  #upcoming: Promise<PreparedStep> | undefined;
  /** The batch that `next` returned, until it is used in a step. */
  #current: PreparedStep | undefined;

  constructor(context: RunContext, start: PhaseStart) {
    this.#context = context;
    this.#start = start;
    this.#parts = openPhaseParts(context, start);
    this.#validation = new PhaseValidation(context, start, this.#parts);
    this.#checkpoint = new PhaseCheckpoint(context, start, this.#parts);
    const { stage, tasks } = start.plan;
    this.#scales = new LossScales(
      stage,
      tasks.map((task) => taskOf(context.program, task)),
    );
    if (start.resumed) this.loopState = this.#checkpoint.restore(start.resumed);
  }

  get name(): string {
    return this.#parts.position.name;
  }

  get tasks(): readonly string[] {
    return this.#start.plan.tasks;
  }

  get remaining(): readonly string[] {
    return this.#parts.supply.remaining;
  }

  get total(): number {
    return this.#parts.position.total;
  }

  get done(): number {
    return this.#parts.position.step;
  }

  get isDue(): boolean {
    return this.#parts.position.isPause(this.done);
  }

  get rateFactor(): number {
    return scheduleFactor(this.#start.plan.stage.schedule, { step: this.done, total: this.total });
  }

  async begin(): Promise<void> {
    const { name, tasks, total, done } = this;
    const { left } = this.#parts.supply.position();
    this.#context.observer.onStage?.({ stage: name, tasks, ...(left ? { left } : {}), total, done });
    this.#validation.reportSampler();
    if (done > 0) return;
    await refuseLookAhead(this.#context.engine, this.#start.plan, this.#context.program.specification);
    await this.#parts.selection.begin();
  }

  async next(): Promise<PreparedStep> {
    if (this.#current) return this.#current;
    if (this.#context.interrupt.aborted && !this.#upcoming) return this.#interrupted();
    if (this.remaining.length === 0) throw new Error(`every task has left stage ${this.name}`);
    const { supply, prefixes } = this.#parts;
    const prepared = await prefixes.given(await (this.#upcoming ?? supply.prepare(this.done)));
    this.#upcoming = undefined;
    return (this.#current = prepared);
  }

  async step(batch: PreparedStep, options: StepOptions = {}): Promise<StepEvent> {
    if (this.done >= this.total) throw new Error(`stage ${this.name} has made its ${this.total} updates`);
    const { rateFactor: factor = this.rateFactor, pauses = this.#parts.position.isPause(this.done + 1) } = options;
    this.#current = undefined;
    this.#timer.begin();
    const running = this.#parts.executor.run(batch, factor);
    if (!pauses) this.#readAhead(running);
    const outcome = await running.catch((error: unknown) => this.#explain(error, batch));
    return this.#finish(batch, outcome, factor * this.#start.plan.stage.optimizer.rate, this.#timer.end());
  }

  async validate(): Promise<StageValidation> {
    await this.#readingEnds();
    const farApart = this.#scales.note();
    if (farApart !== undefined) this.note(farApart);
    return this.#parts.averages.inPlace(() => this.#validation.run());
  }

  leave(task: string, reason?: string): void {
    if (!this.remaining.includes(task)) throw new Error(`stage ${this.name} trains no task ${task}`);
    this.#checkNothingRead("and may be of this task: pass `pauses: true` to the step before a task leaves");
    const { supply, position } = this.#parts;
    supply.leave(task);
    logLeft(this.#context.log, position.moment, task);
    this.#context.observer.onLeave?.({ stage: this.name, step: this.done, task });
    this.note(
      `Task ${task} leaves stage ${this.name} after step ${this.done}${reason === undefined ? "" : `: ${reason}`}.`,
    );
  }

  async save(): Promise<string> {
    this.#checkNothingRead(
      "and would be missing in a run that is resumed: pass `pauses: true` to the step before a checkpoint",
    );
    return this.#parts.averages.inPlace(() => this.#checkpoint.save("going on", this.loopState));
  }

  weights(): ReturnType<OpenStage["weights"]> {
    return new Map([...this.#parts.store.tensors()].filter(([name]) => this.#start.weights.has(name)));
  }

  note(sentence: string): void {
    this.#context.observer.onNote?.(sentence);
  }

  async end(): Promise<PhaseEnd> {
    await this.#readingEnds();
    return this.#parts.averages.inPlace(async () => {
      await this.#checkpoint.save("finished", this.loopState);
      return this.#checkpoint.end();
    });
  }

  async dispose(): Promise<void> {
    await this.#readingEnds();
    await this.#parts.prefixes.close();
    await this.#parts.executables.dispose();
  }

  /**
   * Reads the next batch while a step runs. It does not read across a checkpoint, so that the position of the supply
   * belongs to the weights, and so that a sampler that observes validations chooses after them. A sampler that needs
   * the model's predictions waits for the step.
   */
  #readAhead(running: Promise<unknown>): void {
    if (this.#context.interrupt.aborted || this.done + 1 >= this.total) return;
    this.#upcoming = this.#parts.supply.prepare(this.done + 1, running);
    // If the running step fails, the batch is not awaited by anybody.
    this.#upcoming.catch(() => {});
  }

  #checkNothingRead(consequence: string): void {
    if (this.#upcoming || this.#current) throw new Error(`a batch was read ahead, ${consequence}`);
  }

  /**
   * Waits for a batch that is being read: a sampler may be choosing its rows by the model, whose weights are about to
   * be exchanged for their averages.
   */
  async #readingEnds(): Promise<void> {
    await this.#upcoming?.catch(() => undefined);
  }

  #finish({ passes }: PreparedStep, outcome: StepOutcome, rate: number, seconds: number): StepEvent {
    const { observer, log } = this.#context;
    const { position, averages, supply } = this.#parts;
    position.step++;
    averages.afterStep();
    position.epoch = Math.max(...passes.map(({ epoch }) => epoch));
    for (const { task, loss } of outcome.tasks) supply.observe({ kind: "step", task, loss });
    if (this.#start.resumed === undefined) this.#scales.add(outcome.tasks);
    logStep(log, position.moment, outcome, rate);
    const event: StepEvent = {
      stage: this.name,
      step: this.done,
      total: this.total,
      epoch: position.epoch,
      tasks: outcome.tasks.map(({ task }) => task),
      loss: outcome.loss,
      losses: new Map(outcome.tasks.map(({ task, loss }) => [task, loss])),
      epochs: new Map(outcome.tasks.map(({ task, epoch }) => [task, epoch])),
      shares: sharesOf(outcome.tasks),
      rate,
      secondsPerStep: seconds,
      secondsLeft: (this.total - this.done) * seconds,
    };
    observer.onStep?.(event);
    return event;
  }

  /** Throws an error that says where a loss that is not finite began. */
  async #explain(error: unknown, { passes }: PreparedStep): Promise<never> {
    if (!(error instanceof LossNotFinite)) throw error;
    const { engine, sources, displayPath = (file: string) => file } = this.#context;
    const divergence = await traceDivergence(error, this.#start.plan.weights, engine);
    const failed = failedBatch(error, passes);
    const where = describeDivergence(divergence, { sources, displayPath, keys: failed?.keys ?? [] });
    throw diverged(
      `The loss${failed ? ` of task ${failed.task}` : ""} became ${error.loss} at step ${this.done + 1} of stage ${this.name}. ${where}`,
    );
  }

  async #interrupted(): Promise<never> {
    if (this.#checkpoint.isNeeded) await this.save();
    throw new UserError("interrupted", `Interrupted after step ${this.done} of ${this.total} of stage ${this.name}.`);
  }
}

/** The batch whose loss is not finite, and the task of the loss. */
function failedBatch(
  { inputs, output }: LossNotFinite,
  passes: PreparedStep["passes"],
): { readonly task: string; readonly keys: readonly string[] } | undefined {
  const read = new Set(inputs.values());
  for (const { tasks, batches } of passes) {
    const task = tasks.find((each) => output === roleName({ kind: "loss", task: each })) ?? tasks[0] ?? "";
    for (const { batch } of batches)
      if (read.has((batch.parts?.get(task) ?? batch).rowWeight)) return { task, keys: batch.keys };
  }
  return undefined;
}

function sharesOf(tasks: StepOutcome["tasks"]): ReadonlyMap<string, number> {
  const all = tasks.reduce((sum, { rows = 1 }) => sum + rows, 0);
  return new Map(tasks.map(({ task, rows = 1 }) => [task, rows / all]));
}

import { process } from "../../host/machine.ts";
import { relative } from "../../host/paths.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import { checkpointName } from "../../checkpoint/checkpoint-folder.ts";
import type { Tensors } from "../../checkpoint/checkpoint.ts";
import { UserError } from "../../user-error.ts";
import { AveragedWeights } from "../step/averaged-weights.ts";
import { PhaseBalancer } from "../balance/phase-balancer.ts";
import { describeDivergence, diverged, firstNotFinite } from "./divergence.ts";
import { type StepExecutor, type StepOutcome, openExecutor } from "../step/execute-step.ts";
import { FrozenPrefixes } from "../step/frozen-prefixes.ts";
import { StageExecutables } from "../step/stage-executables.ts";
import { logSamplerStatus, logScore, logStep, logUsedShares, logValues } from "./log-events.ts";
import { LossScales } from "./loss-scales.ts";
import { LossNotFinite } from "../step/loss-not-finite.ts";
import { StepTimer } from "./step-timer.ts";
import { PhaseSelection } from "./phase-selection.ts";
import { forkOf } from "./phases.ts";
import type { PhaseEnd, PhaseStart, RunContext } from "./run-context.ts";
import { type StageProgress, durationInSteps, scheduleFactor } from "./schedules.ts";
import { plainScore } from "./selection.ts";
import { taskOf } from "../program.ts";
import { sampledTask, stageLength } from "./stage-length.ts";
import { type PreparedStep, StepSupply } from "../supply/step-supply.ts";
import { TensorStore } from "../step/tensor-store.ts";
import { type BucketsOfSplit, openLengthBuckets } from "../supply/length-buckets.ts";
import { traceDivergence } from "./trace-divergence.ts";
import { UpdateCounts } from "../step/update-counts.ts";
import { validate } from "./validate.ts";

/** Trains one phase to its end, or until it is interrupted. */
export async function runPhase(context: RunContext, start: PhaseStart): Promise<PhaseEnd> {
  const run = new PhaseRun(context, start);
  try {
    return await run.toEnd();
  } finally {
    await run.dispose();
  }
}

class PhaseRun {
  readonly #context: RunContext;
  readonly #start: PhaseStart;
  readonly #plan: StagePlan;
  readonly #store = new TensorStore();
  readonly #executables: StageExecutables;
  readonly #prefixes: FrozenPrefixes;
  readonly #buckets: BucketsOfSplit;
  readonly #supply: StepSupply;
  readonly #counts: UpdateCounts;
  readonly #averages: AveragedWeights;
  readonly #selection: PhaseSelection;
  readonly #scales: LossScales;
  readonly #balancer: PhaseBalancer;
  readonly #executor: StepExecutor;
  readonly #total: number;
  /** Updates between two checkpoints. */
  readonly #every: number;
  #step = 0;
  #epoch = 0;

  constructor(context: RunContext, start: PhaseStart) {
    const { plan, phase, seed } = start;
    const { data, engine } = context;
    this.#context = context;
    this.#start = start;
    this.#plan = plan;
    this.#executables = new StageExecutables(engine, plan, this.#store);
    this.#counts = new UpdateCounts(plan);
    this.#averages = new AveragedWeights({ plan, store: this.#store, counts: this.#counts });
    this.#prefixes = new FrozenPrefixes({ plan, engine, store: this.#store, data });
    this.#buckets = openLengthBuckets(plan, data);
    const kind = this.#executables.training;
    this.#supply = new StepSupply({
      plan,
      phase: phase.name,
      seed,
      data,
      taskOf: (task) => taskOf(context.program, task),
      inputsOf: (task, variant) => this.#executables.graph({ kind, task, variant }).inputs,
      variantOf: (task, lengths) => this.#prefixes.variantOf(task, "train", lengths),
      predictor: (task, variant) => this.#executables.get({ kind: "predict", task, variant }),
    });
    const tasks = plan.tasks.map((name) =>
      sampledTask({ name, rows: data.rows(name, "train"), batch: plan.batchOf(name) }, plan.stage),
    );
    this.#balancer = new PhaseBalancer({
      plan,
      specification: context.program.specification,
      tasks,
      phase: phase.name,
      seed,
    });
    this.#executor = openExecutor({
      plan,
      executables: this.#executables,
      counts: this.#counts,
      balancer: this.#balancer,
      rules: rulesOf(context.program.specification),
    });
    const { specification } = context.program;
    const ownTasks = plan.tasks.map((task) => taskOf(context.program, task));
    this.#scales = new LossScales(plan.stage, ownTasks);
    this.#selection = new PhaseSelection({
      phase: phase.name,
      stage: plan.stage,
      tasks: ownTasks,
      specification,
      data,
      note: (note) => context.observer.onNote?.(note),
    });
    this.#total = Math.min(context.mostSteps, stageLength(plan.stage, tasks));
    this.#every = Math.max(1, durationInSteps(plan.stage.checkpoint.every, this.#total));
    for (const [name, tensor] of start.weights) this.#store.set(name, tensor);
    this.#restore();
  }

  async toEnd(): Promise<PhaseEnd> {
    const { observer, interrupt } = this.#context;
    observer.onStage?.({ stage: this.#name, tasks: this.#plan.tasks, total: this.#total, done: this.#step });
    this.#tellSamplerStatus();
    if (this.#step === 0) await this.#selection.begin();
    const timer = new StepTimer();
    let isOver = this.#total === 0 && (await this.#averages.inPlace(() => this.#pause()));
    let upcoming: Promise<PreparedStep> | undefined;
    while (!isOver) {
      if (interrupt.aborted && !upcoming) return await this.#interrupted();
      const prepared = await this.#prefixes.given(await (upcoming ?? this.#supply.prepare(this.#step)));
      const factor = this.#factor();
      timer.begin();
      const running = this.#executor.run(prepared, factor);
      upcoming = this.#prepareNext(running);
      const outcome = await running.catch((error: unknown) => this.#explain(error, prepared));
      this.#finish(prepared, outcome, factor * this.#plan.stage.optimizer.rate, timer.end());
      if (this.#isPause(this.#step)) isOver = await this.#averages.inPlace(() => this.#pause());
    }
    return this.#averages.inPlace(async () => this.#end());
  }

  async dispose(): Promise<void> {
    await this.#prefixes.close();
    await this.#executables.dispose();
  }

  get #name(): string {
    return this.#start.phase.name;
  }

  get #fork(): { readonly fork?: string } {
    const fork = forkOf(this.#start.phase);
    return fork === undefined ? {} : { fork };
  }

  get #runStep(): number {
    return this.#start.runStep + this.#step;
  }

  #factor(): number {
    const progress: StageProgress = { step: this.#step, total: this.#total };
    return scheduleFactor(this.#plan.stage.schedule, progress);
  }

  /** Whether validation and a checkpoint follow this update. */
  #isPause(step: number): boolean {
    return step % this.#every === 0 || step === this.#total;
  }

  /**
   * Reads the next batch while a step runs. Not across a checkpoint, so that the position of the supply is that of the weights, and a sampler that
   * watches validation chooses after it. A sampler that asks the model waits for the step.
   */
  #prepareNext(running: Promise<unknown>): Promise<PreparedStep> | undefined {
    if (this.#context.interrupt.aborted || this.#isPause(this.#step + 1)) return undefined;
    const upcoming = this.#supply.prepare(this.#step + 1, running);
    // If the running step fails, nobody waits for this one.
    upcoming.catch(() => {});
    return upcoming;
  }

  #finish({ tasks }: PreparedStep, outcome: StepOutcome, rate: number, seconds: number): void {
    const { observer, log } = this.#context;
    this.#step++;
    this.#averages.afterStep();
    this.#epoch = Math.max(...tasks.map((task) => task.epoch));
    for (const { task, loss } of outcome.tasks) {
      this.#supply.observe({ kind: "step", task, loss });
    }
    if (this.#start.resumed === undefined) this.#scales.add(outcome.tasks);
    logStep(log, this.#moment(), outcome, rate);
    observer.onStep?.({
      stage: this.#name,
      step: this.#step,
      total: this.#total,
      epoch: this.#epoch,
      tasks: tasks.map((each) => each.task),
      loss: outcome.loss,
      losses: new Map(outcome.tasks.map(({ task, loss }) => [task, loss])),
      epochs: new Map(outcome.tasks.map(({ task, epoch }) => [task, epoch])),
      shares: sharesOf(outcome.tasks),
      rate,
      secondsPerStep: seconds,
      secondsLeft: (this.#total - this.#step) * seconds,
    });
  }

  /** Says where a loss that is not finite began. */
  async #explain(error: unknown, { tasks }: PreparedStep): Promise<never> {
    if (!(error instanceof LossNotFinite)) throw error;
    const { engine, sources } = this.#context;
    const divergence = await traceDivergence(error, this.#plan.weights, engine);
    const failed = tasks
      .flatMap(({ task, batches }) => batches.map((each) => ({ task, ...each.batch })))
      .find(({ rowWeight }) => error.inputs.get("row_weight") === rowWeight);
    const where = describeDivergence(divergence, {
      sources,
      displayPath: (file) => relative(process.cwd(), file),
      keys: failed?.keys ?? [],
    });
    throw diverged(
      `The loss${failed ? ` of task ${failed.task}` : ""} became ${error.loss} at step ${this.#step + 1} of stage ${this.#name}. ${where}`,
    );
  }

  /** Validates and saves. True if the phase is over. */
  async #pause(): Promise<boolean> {
    const { program, data, log, observer } = this.#context;
    const farApart = this.#scales.note();
    if (farApart !== undefined) observer.onNote?.(farApart);
    const values = await validate({
      program,
      plan: this.#plan,
      executables: this.#executables,
      prefixes: this.#prefixes,
      data,
      buckets: this.#buckets,
      split: "validation",
    });
    const { isBest, endsEarly, ...told } = await this.#selection.judge(values, checkpointName(this.#runStep));
    logValues(log, this.#moment(), values);
    logScore(log, this.#moment(), told);
    if (values.length > 0)
      observer.onValidation?.({
        stage: this.#name,
        step: this.#step,
        split: "validation",
        values,
        best: isBest,
        ...told,
      });
    for (const task of this.#plan.tasks) {
      const metric = plainScore("auto", [taskOf(program, task)], values);
      if (metric !== undefined) this.#supply.observe({ kind: "validation", task, metric });
    }
    logSamplerStatus(log, this.#moment(), this.#supply.samplerStatus());
    logUsedShares(log, this.#moment(), this.#supply.usedShares());
    this.#tellSamplerStatus();
    const finished = this.#step === this.#total || endsEarly;
    if (endsEarly && this.#step < this.#total)
      observer.onNote?.(
        `Stage ${this.#name} ends early after step ${this.#step}: no gain in ${this.#selection.waited} validations.`,
      );
    await this.#save(finished ? "finished" : "going on");
    return finished;
  }

  #tellSamplerStatus(): void {
    const status = this.#supply.samplerStatus();
    if (status.length > 0) this.#context.observer.onSamplerStatus?.({ stage: this.#name, step: this.#step, status });
  }

  async #save(progress: "finished" | "going on"): Promise<void> {
    const { checkpoints, log, observer } = this.#context;
    const name = checkpointName(this.#runStep);
    const { model, optimizer } = this.#tensors();
    const broken = firstNotFinite(model);
    if (broken !== undefined)
      throw diverged(`The weight ${broken} is no longer finite at step ${this.#step} of stage ${this.#name}.`);
    const state = {
      version: 1,
      phase: this.#name,
      ...this.#fork,
      step: this.#step,
      runStep: this.#runStep,
      finished: progress === "finished",
      phases: progress === "finished" ? this.#end().phases : this.#start.phases,
      seed: this.#start.seed,
      ...this.#supply.position(),
      ...this.#balancer.position(),
      updates: this.#counts.state(),
      ...this.#selection.state(),
      metricsBytes: log.sync(),
      metricsSha256: log.sha256(),
    } as const;
    await checkpoints.write(name, { model, optimizer, state });
    await checkpoints.prune(
      this.#plan.stage.checkpoint.keep,
      new Set([...this.#start.needed, ...(this.#selection.best ? [this.#selection.best.checkpoint] : [])]),
    );
    observer.onCheckpoint?.({ stage: this.#name, step: this.#step, name });
  }

  async #interrupted(): Promise<never> {
    // Right after a pause, or before the first step, there is nothing new to save.
    if (this.#step > 0 && !this.#isPause(this.#step) && this.#step !== this.#start.resumed?.state.step)
      await this.#averages.inPlace(() => this.#save("going on"));
    throw new UserError(
      "interrupted",
      `Interrupted after step ${this.#step} of ${this.#total} of stage ${this.#name}.`,
    );
  }

  #restore(): void {
    const { resumed } = this.#start;
    if (!resumed) return;
    const { state, model, optimizer } = resumed;
    for (const [name, tensor] of [...model, ...optimizer]) this.#store.set(name, tensor);
    this.#supply.restore(state);
    this.#balancer.restore(state);
    this.#counts.restore(state.updates, state.step);
    // As `Checkpoint` says, they are in each other's place there.
    this.#averages.exchange();
    this.#step = state.step;
    this.#selection.restore(state);
  }

  #end(): PhaseEnd {
    const last = checkpointName(this.#runStep);
    const finished = { name: this.#name, last, best: this.#selection.best?.checkpoint ?? last, ...this.#fork };
    return { phases: [...this.#start.phases, finished], weights: this.#tensors().model, runStep: this.#runStep };
  }

  /** What was not there when the phase began is the optimizer's. */
  #tensors(): { readonly model: Tensors; readonly optimizer: Tensors } {
    const tensors = [...this.#store.tensors()];
    const isWeight = ([name]: readonly [string, unknown]) => this.#start.weights.has(name);
    return {
      model: new Map(tensors.filter(isWeight)),
      optimizer: new Map(tensors.filter((tensor) => !isWeight(tensor))),
    };
  }

  #moment() {
    return { step: this.#runStep, epoch: this.#epoch, stage: this.#name };
  }
}

function sharesOf(tasks: StepOutcome["tasks"]): ReadonlyMap<string, number> {
  const all = tasks.reduce((sum, { rows = 1 }) => sum + rows, 0);
  return new Map(tasks.map(({ task, rows = 1 }) => [task, rows / all]));
}

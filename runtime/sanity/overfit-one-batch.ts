import { mkdtemp, rm } from "../host/files.ts";
import { tmpdir } from "../host/machine.ts";
import { dirname, join } from "../host/paths.ts";
import type { ResolvedStage } from "../../compiler/schema/resolved.ts";
import { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { type CompiledSpecification, type SetParams, compiledFrom } from "../compile.ts";
import type { Data } from "../data/data.ts";
import { namedDataFolder, pathsOfSet } from "../data/files/data-folders.ts";
import { onlyRows } from "../data/rows/only-rows.ts";
import type { Engine } from "../engines/engine.ts";
import { type EngineChoice, defaultThreads } from "../engines/open-engine.ts";
import { MetricsLog } from "../run/metrics-log.ts";
import { type WarmStarts, openWarmStarts } from "../pretrained/warm-start.ts";
import { onScales } from "../pretrained/taken-scales.ts";
import { BatchSupply } from "../train/supply/batch-supply.ts";
import { FrozenPrefixes } from "../train/step/frozen-prefixes.ts";
import { interruptOnSignals } from "../train/phase/interruption.ts";
import { StageExecutables } from "../train/step/stage-executables.ts";
import type { TrainingObserver } from "../train/phase/observer.ts";
import { trainsAllTasks } from "../../compiler/schema/worker-steps.ts";
import { startingWeights } from "../train/phase/phase-weights.ts";
import { type Phase, phasesOf } from "../train/phase/phases.ts";
import type { Program } from "../train/program.ts";
import { TensorStore } from "../train/step/tensor-store.ts";
import { bucketsOfOrder, openLengthBuckets } from "../train/supply/length-buckets.ts";
import { planOf, trainAll } from "../train/phase/trainer.ts";
import { validate } from "../train/phase/validate.ts";
import { withEngineAndData } from "../model/with-engine-and-data.ts";

/** A task has fitted its batch if its loss has fallen to this fraction of the first loss. */
export const FITTED_SHARE = 0.1;
/** It also has if its loss is at most this, because a model that starts from a trained one may have little to learn. */
export const FITTED_LOSS = 0.01;
/** The number of updates of a stage, multiplied by its number of tasks unless every update is of all of them. */
const STEPS_OF_TASK = 400;

export interface OverfitOptions {
  /** The path of the `.mtl` file, or the result of `compileFile`. */
  readonly specification: string | CompiledSpecification;
  /** Values of params as text, if `specification` is a path. */
  readonly set?: SetParams;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** The folder of run folders, from which a stage may start. */
  readonly runs?: string;
  /** The folder of the data, as in training. */
  readonly data?: string;
  /** Replaces the seed of each stage. */
  readonly seed?: number;
  /**
   * The number of updates of each stage, instead of its own; by default 400, multiplied by its number of tasks unless
   * every update is of all of them.
   */
  readonly steps?: number;
  readonly observer?: TrainingObserver;
  readonly interrupt?: AbortSignal;
  /** Shortens the path of a file for messages; by default it stays as it is. */
  readonly displayPath?: (path: string) => string;
}

/** The losses of a task on its one batch, computed without dropout, as in an evaluation. */
export interface OverfitTask {
  readonly task: string;
  /** The number of rows in the batch. */
  readonly rows: number;
  /** The number of updates that the task took part in. */
  readonly steps: number;
  /** The loss before any training. */
  readonly start: number;
  /** The loss after the last stage that trains the task. */
  readonly end: number;
  readonly fitted: boolean;
}

/**
 * Trains all stages on one batch of each task, the first one of a training, until the model has memorised it: a model
 * that cannot fit one batch cannot learn more. Stages end by number of steps only. No file is written.
 */
export async function overfitOneBatch(options: OverfitOptions): Promise<readonly OverfitTask[]> {
  const { runs = "runs", threads = defaultThreads(), seed, engine: choice, observer = {} } = options;
  const compiled = compiledFrom(options.specification, options.set);
  const root = dirname(compiled.entry);
  const folder = await mkdtemp(join(tmpdir(), "mtl-overfit-"));
  const interruption = options.interrupt
    ? { signal: options.interrupt, stop: () => {} }
    : interruptOnSignals(() =>
        observer.onNote?.(
          "Interrupted: the current step is completed. A second Ctrl-C ends everything at once; nothing is kept in either case.",
        ),
      );
  const settings = {
    compiled,
    folders: { root, ...(await namedDataFolder(options.data)), ...pathsOfSet(compiled.set) },
    threads,
    onNote: (note: string) => observer.onNote?.(note),
    onReading: observer.onReading?.bind(observer),
    ...(choice ? { engine: choice } : {}),
  };
  try {
    return await withEngineAndData(settings, async ({ engine, data: all }) => {
      const program = ofLength(compiled.program, options.steps);
      const starts = await openWarmStarts({
        program,
        folders: { root, runs },
        preprocessing: async () => all.preprocessing,
      });
      const data = onScales(
        onlyRows(all, firstBatches(program, all, seed)),
        [...starts.values()].flatMap(({ scales }) => scales),
      );
      const before = await startLosses({ program, data, engine, starts, ...(seed === undefined ? {} : { seed }) });
      const watched = new LossWatch(observer);
      const log = await MetricsLog.open(join(folder, "metrics.jsonl"), 0);
      try {
        const checkpoints = new CheckpointFolder(join(folder, "checkpoints"));
        const run = {
          program,
          data,
          engine,
          starts,
          checkpoints,
          log,
          observer: watched.observer,
          interrupt: interruption.signal,
          sources: compiled.sources,
          displayPath: options.displayPath,
          mostSteps: Infinity,
        };
        await trainAll({ ...run, ...(seed === undefined ? {} : { seed }) });
      } finally {
        log.close();
      }
      return [...before].map(([task, start]) => {
        const end = watched.losses.get(task) ?? Number.NaN;
        return {
          task,
          rows: data.rows(task, "train"),
          steps: watched.steps.get(task) ?? 0,
          start,
          end,
          fitted: end <= Math.max(FITTED_SHARE * start, FITTED_LOSS),
        };
      });
    });
  } finally {
    interruption.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The program with stages of `steps` updates and without early stopping. */
function ofLength({ specification, plan }: Program, steps: number | undefined): Program {
  const lengthened = ({ early_stop: _earlyStop, epochs: _epochs, ...stage }: ResolvedStage): ResolvedStage => {
    const trainsAll = stage.for_each === "task" || trainsAllTasks(stage.step);
    const total = steps ?? STEPS_OF_TASK * (trainsAll ? 1 : stage.tasks.length);
    return { ...stage, steps: total, checkpoint: { ...stage.checkpoint, every: { unit: "steps", value: total } } };
  };
  return {
    specification: { ...specification, stages: specification.stages.map(lengthened) },
    plan: (name, settings) => {
      const planned = plan(name, settings);
      const singly = planned.tasks.map((task) => [task]);
      return { ...planned, stage: lengthened(planned.stage), passes: singly, evaluationPasses: singly };
    },
  };
}

/** For each task, the batch that its first phase would begin with, by index in the training split. */
function firstBatches(program: Program, data: Data, seed: number | undefined): ReadonlyMap<string, readonly number[]> {
  const batches = new Map<string, readonly number[]>();
  for (const [task, phase] of firstPhases(program)) {
    const rows = data.rows(task, "train");
    const plan = planOf(program, phase);
    const buckets = bucketsOfOrder(plan.stage, openLengthBuckets(plan, data)(task, "train"));
    const supply = new BatchSupply({
      seed: seed ?? phase.stage.seed,
      stage: phase.name,
      task,
      rows,
      batch: plan.batchOf(task),
      accumulate: 1,
      buckets,
      window: data.window?.(task),
    });
    batches.set(task, rows === 0 ? [] : (supply.next().batches[0] ?? []));
  }
  return batches;
}

function firstPhases(program: Program): ReadonlyMap<string, Phase> {
  const first = new Map<string, Phase>();
  for (const phase of phasesOf(program.specification)) {
    for (const task of planOf(program, phase).tasks) if (!first.has(task)) first.set(task, phase);
  }
  return first;
}

interface Start {
  readonly program: Program;
  readonly data: Data;
  readonly engine: Engine;
  readonly starts: WarmStarts;
  readonly seed?: number;
}

/** The loss of each task with rows before its first phase, as if no other phase had run before. */
async function startLosses({
  program,
  data,
  engine,
  starts,
  seed: given,
}: Start): Promise<ReadonlyMap<string, number>> {
  const losses = new Map<string, number>();
  const first = firstPhases(program);
  for (const phase of new Set(first.values())) {
    const plan = planOf(program, phase);
    const seed = given ?? phase.stage.seed;
    const store = new TensorStore();
    const taken = await starts.get(phase.stage.name)?.over(new Map(), seed);
    for (const [name, tensor] of startingWeights(plan, taken ?? new Map(), seed)) store.set(name, tensor);
    const executables = new StageExecutables(engine, plan, store);
    const prefixes = new FrozenPrefixes({ plan, engine, store, data });
    try {
      const values = await validate({
        program,
        plan,
        executables,
        prefixes,
        data,
        buckets: openLengthBuckets(plan, data),
        split: "validation",
      });
      for (const { task, name, value } of values)
        if (name === "loss" && first.get(task) === phase) losses.set(task, value);
    } finally {
      await prefixes.close();
      await executables.dispose();
    }
  }
  return losses;
}

/**
 * Keeps the latest loss of each task, and counts its updates. Events are passed to another observer, except
 * validations, which would be of the same rows.
 */
class LossWatch {
  readonly losses = new Map<string, number>();
  readonly steps = new Map<string, number>();
  readonly observer: TrainingObserver;

  constructor(told: TrainingObserver) {
    this.observer = {
      onStage: (event) => told.onStage?.(event),
      onNote: (note) => told.onNote?.(note),
      onStep: (event) => {
        for (const task of event.tasks) this.steps.set(task, (this.steps.get(task) ?? 0) + 1);
        told.onStep?.(event);
      },
      onValidation: ({ values }) => {
        for (const { task, name, value } of values) if (name === "loss") this.losses.set(task, value);
      },
    };
  }
}

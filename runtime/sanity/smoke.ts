import { mkdtemp, rm } from "../host/files.ts";
import { tmpdir } from "../host/machine.ts";
import { join } from "../host/paths.ts";
import { roleName } from "../../compiler/graph/graph.ts";
import type { StagePlan, StageWeight } from "../../compiler/stage/plan.ts";
import { type CompiledSpecification, type SetParams, compiledFrom } from "../compile.ts";
import type { Data } from "../data/data.ts";
import { openData } from "../data/open-data.ts";
import type { Engine, TensorData } from "../engines/engine.ts";
import { type EngineChoice, defaultThreads, openEngine } from "../engines/open-engine.ts";
import { refuseLookAhead } from "../decode/check-look-ahead.ts";
import { synthesize } from "../synth/synthesize.ts";
import { GradientSum } from "../train/step/gradient-sum.ts";
import { StageExecutables } from "../train/step/stage-executables.ts";
import { startingWeights } from "../train/phase/phase-weights.ts";
import { type Phase, phasesOf } from "../train/phase/phases.ts";
import { type Program, taskOf } from "../train/program.ts";
import { StepSupply } from "../train/supply/step-supply.ts";
import { TensorStore } from "../train/step/tensor-store.ts";
import { planOf } from "../train/phase/trainer.ts";
import { UpdateCounts } from "../train/step/update-counts.ts";

export interface SmokeOptions {
  /** The path of the `.mtl` file, or what `compileFile` returned. */
  readonly specification: string | CompiledSpecification;
  /** Values of params, where `specification` is a path. */
  readonly set?: SetParams;
  /**
   * The number of updates of each stage; 3 by default. More than one is needed, because a weight that is followed by a
   * weight with the initial value 0 has no gradient in the first update.
   */
  readonly steps?: number;
  /** The number of rows of each data set; 64 by default. */
  readonly rows?: number;
  /** The seed of the data and the weights; 1 by default. */
  readonly seed?: number;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Called with the name of each stage before it is tried. */
  readonly onStage?: (stage: string) => void;
}

/** The result of `smoke` for one stage, or for one task of `for_each: task`. */
export interface SmokeStage {
  readonly stage: string;
  /** The loss of each task at each step. */
  readonly tasks: readonly { readonly task: string; readonly losses: readonly number[] }[];
  /** The number of trainable weights. */
  readonly trainable: number;
  /** Trainable weights whose gradient was zero in every step. */
  readonly untrained: readonly StageWeight[];
  /** Weights whose gradient was not a number, or infinite. */
  readonly notFinite: readonly StageWeight[];
}

/**
 * Trains a few steps of every stage on synthetic data in a temporary folder, and checks the gradient of every trainable
 * weight. It needs no data, and leaves no files.
 *
 * @returns One entry for each stage; the model passes if `untrained` and `notFinite` are empty in all of them.
 * @throws SpecificationError if the specification has errors; UserError of kind `engine` if no engine runs here.
 */
export async function smoke({
  engine: choice,
  threads = defaultThreads(),
  ...options
}: SmokeOptions): Promise<readonly SmokeStage[]> {
  const engine = await openEngine({ threads, ...(choice === undefined ? {} : { engine: choice }) });
  try {
    return await smokeOn(engine, options);
  } finally {
    await engine.dispose();
  }
}

/** The same on an engine that is open, and stays so. */
export async function smokeOn(
  engine: Engine,
  { specification: given, set, steps = 3, rows = 64, seed = 1, onStage }: Omit<SmokeOptions, "engine" | "threads">,
): Promise<readonly SmokeStage[]> {
  const { program } = compiledFrom(given, set);
  const folder = await mkdtemp(join(tmpdir(), "mtl-smoke-"));
  try {
    const specification = await synthesize({ specification: program.specification, rows, seed, folder });
    const data = await openData({ specification, root: folder, cache: "none" });
    const stages: SmokeStage[] = [];
    for (const phase of phasesOf(specification)) {
      onStage?.(phase.name);
      stages.push(
        await smokePhase({
          program: { specification, plan: (stage, settings) => program.plan(stage, settings) },
          phase,
          data,
          engine,
          steps,
          seed,
        }),
      );
    }
    await data.close();
    return stages;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface SmokePhase {
  readonly program: Program;
  readonly phase: Phase;
  readonly data: Data;
  readonly engine: Engine;
  readonly steps: number;
  readonly seed: number;
}

/**
 * Trains with a batch of every task in each step, whatever the stage's sampler would draw, and one update from all of
 * them.
 */
async function smokePhase({ program, phase, data, engine, steps: count, seed }: SmokePhase): Promise<SmokeStage> {
  const plan = planOf(program, phase);
  await refuseLookAhead(engine, plan, program.specification);
  const store = new TensorStore();
  for (const [name, tensor] of startingWeights(plan, new Map(), seed)) store.set(name, tensor);
  const executables = new StageExecutables(engine, plan, store);
  const everyTask: StagePlan["stage"] = {
    ...plan.stage,
    step: { kind: "joint" },
    accumulate: 1,
    sampler: { kind: "shuffled" },
  };
  const supply = new StepSupply({
    plan: {
      stage: everyTask,
      tasks: plan.tasks,
      passes: plan.tasks.map((task) => [task]),
      batchOf: (task) => plan.batchOf(task),
      buckets: (task) => plan.buckets(task),
    },
    total: count,
    phase: phase.name,
    seed,
    data,
    inputsOf: (pass, variant) => executables.graph({ kind: "gradients", pass, variant }).inputs,
    taskOf: (task) => taskOf(program, task),
    predictor: (task, variant) => executables.get({ kind: "predict", pass: task, variant }),
  });
  const seen = new GradientWatch(plan);
  const losses = new Map<string, number[]>(plan.tasks.map((task) => [task, []]));
  const counts = new UpdateCounts(plan);
  try {
    const apply = await executables.get({ kind: "apply", tasks: plan.tasks });
    for (let step = 0; step < count; step++) {
      const sum = new GradientSum(apply.graph.inputs);
      for (const { tasks, batches } of (await supply.prepare(step)).passes) {
        for (const batch of batches) {
          const gradients = await executables.get({ kind: "gradients", pass: tasks, variant: batch.variant });
          const outputs = await gradients.run(batch);
          seen.look(outputs);
          sum.add(outputs, 1);
          losses.get(tasks[0] ?? "")?.push(outputs.get("loss")?.[0] ?? Number.NaN);
        }
      }
      await apply.run({ gradients: sum.sums, updates: counts.count(apply.graph, 1) });
    }
  } finally {
    await executables.dispose();
  }
  return {
    stage: phase.name,
    tasks: [...losses].map(([task, values]) => ({ task, losses: values })),
    ...seen.report(),
  };
}

/** Remembers which weights had a gradient other than zero, and which one that was no number. */
class GradientWatch {
  readonly #trainable: readonly StageWeight[];
  readonly #moved = new Set<string>();
  readonly #notFinite = new Set<string>();

  constructor({ weights }: StagePlan) {
    this.#trainable = weights.filter(({ trainable }) => trainable);
  }

  look(outputs: ReadonlyMap<string, TensorData>): void {
    for (const { name } of this.#trainable) {
      const gradient = outputs.get(roleName({ kind: "gradient", weight: name }));
      if (gradient === undefined) continue;
      if (gradient.some((value) => value !== 0)) this.#moved.add(name);
      if (!gradient.every((value) => Number.isFinite(value))) this.#notFinite.add(name);
    }
  }

  report(): Pick<SmokeStage, "trainable" | "untrained" | "notFinite"> {
    return {
      trainable: this.#trainable.length,
      untrained: this.#trainable.filter(({ name }) => !this.#moved.has(name)),
      notFinite: this.#trainable.filter(({ name }) => this.#notFinite.has(name)),
    };
  }
}

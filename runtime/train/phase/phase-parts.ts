import { rulesOf } from "../../../compiler/semantics.ts";
import { PhaseBalancer } from "../balance/phase-balancer.ts";
import { taskOf } from "../program.ts";
import { AveragedWeights } from "../step/averaged-weights.ts";
import { type StepExecutor, openExecutor } from "../step/execute-step.ts";
import { FrozenPrefixes } from "../step/frozen-prefixes.ts";
import { StageExecutables } from "../step/stage-executables.ts";
import { generator } from "../../random/generator.ts";
import { TensorStore } from "../step/tensor-store.ts";
import { UpdateCounts } from "../step/update-counts.ts";
import { type BucketsOfSplit, openLengthBuckets } from "../supply/length-buckets.ts";
import { StepSupply } from "../supply/step-supply.ts";
import { PhasePosition } from "./phase-position.ts";
import { PhaseSelection } from "./phase-selection.ts";
import type { PhaseStart, RunContext } from "./run-context.ts";
import { durationInSteps } from "./schedules.ts";
import { sampledTasks, stageLength } from "./stage-length.ts";

/**
 * The parts that train one phase, connected with each other. The caller closes `prefixes` and disposes of
 * `executables`.
 */
export interface PhaseParts {
  /** Weights, states and optimizer slots by the names of their inputs. */
  readonly store: TensorStore;
  readonly executables: StageExecutables;
  readonly prefixes: FrozenPrefixes;
  readonly buckets: BucketsOfSplit;
  readonly supply: StepSupply;
  readonly counts: UpdateCounts;
  readonly averages: AveragedWeights;
  readonly selection: PhaseSelection;
  readonly balancer: PhaseBalancer;
  readonly executor: StepExecutor;
  readonly position: PhasePosition;
}

/** Opens the parts of a phase at its beginning: with the weights that it starts with, and no optimizer slots. */
export function openPhaseParts(context: RunContext, start: PhaseStart): PhaseParts {
  const { plan, phase, seed, weights } = start;
  const { program, data, engine, observer } = context;
  const { specification } = program;
  const store = new TensorStore();
  for (const [name, tensor] of weights) store.set(name, tensor);
  const executables = new StageExecutables(engine, plan, store);
  const counts = new UpdateCounts(plan);
  const prefixes = new FrozenPrefixes({ plan, engine, store, data });
  const kind = executables.training;
  const tasks = sampledTasks(plan, data);
  const total = Math.min(context.mostSteps, stageLength(plan.stage, tasks));
  const supply = new StepSupply({
    plan,
    total,
    phase: phase.name,
    seed,
    data,
    taskOf: (task) => taskOf(program, task),
    inputsOf: (pass, variant) => executables.graph({ kind, pass, variant }).inputs,
    variantOf: (pass, lengths) => prefixes.variantOf(pass, "train", lengths),
    predictor: (task, variant) => executables.get({ kind: "predict", pass: task, variant }),
  });
  const balancer = new PhaseBalancer({ plan, specification, tasks, phase: phase.name, seed });
  return {
    store,
    executables,
    prefixes,
    buckets: openLengthBuckets(plan, data),
    supply,
    counts,
    averages: new AveragedWeights({ plan, store, counts }),
    selection: new PhaseSelection({
      phase: phase.name,
      stage: plan.stage,
      tasks: plan.tasks.map((task) => taskOf(program, task)),
      specification,
      data,
      note: (note) => observer.onNote?.(note),
    }),
    balancer,
    executor: openExecutor({
      plan,
      executables,
      counts,
      balancer,
      rules: rulesOf(specification),
      random: (update) => generator(seed, "step", phase.name, update),
    }),
    position: new PhasePosition(start, {
      total,
      every: Math.max(1, durationInSteps(plan.stage.checkpoint.every, total)),
    }),
  };
}

import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { storeOf } from "../evaluation/evaluate-tasks.ts";
import type { Program } from "../train/program.ts";
import { type TrainedWeights, forkSplit, weightsOfPlan } from "../model/trained-weights.ts";
import { startingTensors } from "./starting-tensors.ts";

/** The tensors with which the graphs of a stage begin. */
export interface InitialTensors {
  readonly all: Tensors;
  /**
   * Tensors of single tasks that replace those of `all` or are added to them: after a fork, and for tasks that keep the
   * weights of an earlier stage.
   */
  readonly forks: ReadonlyMap<string, Tensors>;
}

export interface TrainedTensors {
  readonly program: Program;
  /** The plans of the stage. */
  readonly plans: readonly StagePlan[];
  readonly tasks: readonly string[];
  /** Tasks that the stage does not train, with the plans of which they have their graphs. */
  readonly others: readonly { readonly task: string; readonly plan: StagePlan }[];
  readonly trained: TrainedWeights;
}

/** From a trained model, whose every weight that a plan uses must be there in its shape. */
export async function trainedTensors({
  program,
  plans,
  tasks,
  others,
  trained,
}: TrainedTensors): Promise<InitialTensors> {
  const own = plans.flatMap((plan) =>
    plan.tasks.filter((task) => tasks.includes(task)).map((task) => ({ task, plan })),
  );
  const tables = new Map<string, Tensors>();
  for (const { task, plan } of [...own, ...others]) {
    const table = await trained(task);
    storeOf(plan, table);
    tables.set(task, table);
  }
  const tableOf = (task: string): Tensors => tables.get(task) ?? new Map();
  const first = tableOf(own[0]?.task ?? others[0]?.task ?? "");
  const isWhole = own.every(({ task }) => tableOf(task) === first);
  const split = forkSplit(program);
  const all = isWhole
    ? startingTensors(plans, first)
    : startingTensors(plans, new Map(own.flatMap(({ task }) => [...split.once(task, tableOf(task))])));
  const forks = new Map(
    isWhole ? [] : own.map(({ task }): [string, Tensors] => [task, split.own(task, tableOf(task))]),
  );
  const beside: Tensors[] = [];
  for (const { task, plan } of others) {
    const weights = weightsOfPlan(plan, tableOf(task));
    if (isWhole && tableOf(task) === first) beside.push(weights);
    else forks.set(task, weights);
  }
  return { all: new Map([...beside.flatMap((table) => [...table]), ...all]), forks };
}

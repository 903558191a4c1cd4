import type { StagePlan } from "../../compiler/plan.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { storeOf } from "../train/evaluate-stage.ts";
import type { Program } from "../train/program.ts";
import { type TrainedWeights, forkSplit } from "../trained-weights.ts";
import { UserError } from "../user-error.ts";
import { startingTensors } from "./starting-tensors.ts";

/** What the graphs of a stage begin with. */
export interface InitialTensors {
  readonly all: Tensors;
  /** Of a model that forked: what each task has in place of `all`, or besides. */
  readonly forks: ReadonlyMap<string, Tensors>;
}

/** From a trained model, whose every weight that a plan uses must be there in its shape. */
export async function trainedTensors(program: Program, plans: readonly StagePlan[], trained: TrainedWeights): Promise<InitialTensors> {
  const tables = new Map<string, Tensors>();
  for (const plan of plans) {
    const own = await Promise.all(plan.tasks.map(trained));
    const [table = new Map()] = own;
    if (own.some((each) => each !== table)) throw notTheFork(program, plan.stage.name);
    storeOf(plan, table);
    for (const task of plan.tasks) tables.set(task, table);
  }
  const [first = new Map()] = tables.values();
  if ([...tables.values()].every((table) => table === first)) return { all: startingTensors(plans, first), forks: new Map() };
  const { own, once } = forkSplit(program);
  const all = new Map([...tables].flatMap(([task, table]) => [...once(task, table)]));
  return { all: startingTensors(plans, all), forks: new Map([...tables].map(([task, table]) => [task, own(task, table)])) };
}

function notTheFork({ specification }: Program, stage: string): UserError {
  const last = specification.stages.at(-1)?.name;
  return new UserError("usage", `The stage ${stage} trains its tasks together, but the model has forked: each task has weights of its own.`, `Compile the stage ${last}, or a task of it by --task.`);
}

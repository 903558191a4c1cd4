import type { StagePlan } from "../compiler/stage/plan.ts";
import { currentSemantics, rulesOf } from "../compiler/semantics.ts";
import type { Engine } from "../runtime/engines/engine.ts";
import { fillRandomInputs } from "../runtime/train/step/bound-executable.ts";
import { initialWeight } from "../runtime/train/phase/initialize.ts";
import { type ExecutorParts, type StepExecutor, openExecutor } from "../runtime/train/step/execute-step.ts";
import { StageExecutables } from "../runtime/train/step/stage-executables.ts";
import { TensorStore } from "../runtime/train/step/tensor-store.ts";
import { UpdateCounts } from "../runtime/train/step/update-counts.ts";
import { batchOf } from "./batch-of.ts";
import type { Candidate } from "./candidate.ts";
import { programOf } from "./program-of.ts";
import { type Size, specificationOf } from "./size.ts";
import { generator } from "../runtime/random/generator.ts";
import { timedSteps } from "./timed-steps.ts";

/** The plan of the stage of a specification of this size. */
export function planOf(size: Size): StagePlan {
  return programOf(specificationOf(size)).plan("fit");
}

/** Initial values of all weights, which all systems start from. */
export function initialStore(plan: StagePlan): TensorStore {
  const store = new TensorStore();
  for (const { name, shape, initializer } of plan.weights)
    store.set(name, { shape, data: initialWeight({ seed: 1, name, shape, initializer }) });
  return store;
}

const withoutBalance: ExecutorParts["balancer"] = {
  before: () => ({ factors: new Map(), known: new Map() }),
  observe: () => [],
  balance: () => [],
  factorOf: () => 1,
  learns: false,
  learn: () => {},
};

/** The trainer's executor of steps; without a balancer for a stage without `balance`. */
export function executorOf(
  plan: StagePlan,
  executables: StageExecutables,
  balancer: ExecutorParts["balancer"] = withoutBalance,
): StepExecutor {
  return openExecutor({
    plan,
    executables,
    counts: new UpdateCounts(plan),
    balancer,
    rules: rulesOf({ semantics: currentSemantics }),
    random: (update) => generator(1, "step", update),
  });
}

/** Our training step on a given batch. Like the trainer, it draws the random bytes of the next step while one runs. */
export async function graphCandidate(name: string, size: Size, engine: Engine): Promise<Candidate> {
  const plan = planOf(size);
  const [tasks = []] = plan.passes;
  const executables = new StageExecutables(engine, plan, initialStore(plan));
  const executor = executorOf(plan, executables);
  const { inputs } = executables.graph({ kind: executables.training, pass: tasks });
  const batch = batchOf(size, tasks);
  const buffers = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()] as const;
  let epoch = 0;
  const draw = () => {
    const random = buffers[epoch % 2 === 0 ? 0 : 1];
    fillRandomInputs(inputs, { seed: 1, stage: plan.stage.name, epoch, keys: batch.keys }, random);
    epoch++;
    return random;
  };
  let random = draw();
  return {
    name,
    steps: (count) =>
      timedSteps(count, async () => {
        const running = executor.run(
          { passes: [{ tasks, epoch: 0, batches: [{ batch, random, scalars: new Map(), variant: {} }] }] },
          1,
        );
        random = draw();
        return (await running).loss;
      }),
    dispose: () => executables.dispose(),
  };
}

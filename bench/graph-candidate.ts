import { createMemoryHost } from "../compiler/host.ts";
import { compileProgram } from "../compiler/program.ts";
import type { StagePlan } from "../compiler/plan.ts";
import type { Engine } from "../runtime/engines/engine.ts";
import { fillRandomInputs } from "../runtime/train/bound-step.ts";
import { initialWeight } from "../runtime/train/initialize.ts";
import { openExecutor } from "../runtime/train/execute-step.ts";
import { LoadedSteps } from "../runtime/train/loaded-steps.ts";
import { TensorStore } from "../runtime/train/tensor-store.ts";
import { UpdateCounts } from "../runtime/train/update-counts.ts";
import { batchOf } from "./batch-of.ts";
import type { Candidate } from "./candidate.ts";
import { type Size, specificationOf } from "./size.ts";

/** The stage of a specification of this size. */
export function planOf(size: Size): StagePlan {
  const entry = "/bench.mtl";
  const { program, diagnostics } = compileProgram({ entry, host: createMemoryHost({ [entry]: specificationOf(size) }) });
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return program.plan("fit");
}

/** First values of all weights, which every system starts from. */
export function initialStore(plan: StagePlan): TensorStore {
  const store = new TensorStore();
  for (const { name, shape, initializer } of plan.weights) store.set(name, { shape, data: initialWeight({ seed: 1, name, shape, initializer }) });
  return store;
}

/** Our training step as the trainer makes it, on a given batch: random bytes of the next step are drawn while one runs. */
export async function graphCandidate(name: string, size: Size, engine: Engine): Promise<Candidate> {
  const plan = planOf(size);
  const [task = ""] = plan.tasks;
  const steps = new LoadedSteps(engine, plan, initialStore(plan));
  const unbalanced = { balance: () => plan.tasks.map(() => 1) };
  const executor = openExecutor({ plan, steps, counts: new UpdateCounts(plan), balancer: unbalanced });
  const { inputs } = steps.graph({ kind: steps.training, task });
  const batch = batchOf(size, task);
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
    steps: async (count) => {
      let loss = Number.NaN;
      const [start, used] = [performance.now(), process.cpuUsage()];
      for (let each = 0; each < count; each++) {
        const running = executor.run({ tasks: [{ task, epoch: 0, batches: [{ batch, random, scalars: new Map(), variant: {} }] }] }, 1);
        random = draw();
        ({ loss } = await running);
      }
      const { user, system } = process.cpuUsage(used);
      return { milliseconds: performance.now() - start, processor: (user + system) / 1000, loss };
    },
    dispose: () => steps.dispose(),
  };
}

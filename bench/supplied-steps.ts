import type { Data } from "../runtime/data/data.ts";
import type { Engine } from "../runtime/engines/engine.ts";
import { type Program, taskOf } from "../runtime/train/program.ts";
import { PhaseBalancer } from "../runtime/train/balance/phase-balancer.ts";
import { sampledTasks } from "../runtime/train/phase/stage-length.ts";
import { StageExecutables } from "../runtime/train/step/stage-executables.ts";
import { StepSupply } from "../runtime/train/supply/step-supply.ts";
import type { Candidate } from "./candidate.ts";
import { executorOf, initialStore } from "./graph-candidate.ts";
import { timedSteps } from "./timed-steps.ts";

/** A program and its data. */
export interface Side {
  readonly program: Program;
  readonly data: Data;
}

/** Training steps. Like the trainer, it reads the next batch while a step runs. */
export function suppliedSteps(stage: string, { program, data }: Side, engine: Engine): Candidate {
  const plan = program.plan(stage);
  const executables = new StageExecutables(engine, plan, initialStore(plan));
  const balancer = new PhaseBalancer({
    plan,
    specification: program.specification,
    tasks: sampledTasks(plan, data),
    phase: stage,
    seed: 1,
  });
  const executor = executorOf(plan, executables, balancer);
  const supply = new StepSupply({
    total: 1,
    plan,
    phase: stage,
    seed: 1,
    data,
    taskOf: (task) => taskOf(program, task),
    inputsOf: (pass, variant) => executables.graph({ kind: executables.training, pass, variant }).inputs,
    predictor: (task, variant) => executables.get({ kind: "predict", pass: task, variant }),
  });
  let made = 0;
  let upcoming = supply.prepare(0);
  return {
    name: stage,
    steps: (count) =>
      timedSteps(count, async () => {
        const running = executor.run(await upcoming, 1);
        upcoming = supply.prepare(++made, running);
        return (await running).loss;
      }),
    dispose: async () => {
      await upcoming;
      await executables.dispose();
    },
  };
}

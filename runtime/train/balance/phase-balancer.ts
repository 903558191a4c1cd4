import { targetOf } from "../../../compiler/targets/index.ts";
import { roleName } from "../../../compiler/graph/graph.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { TrainingState } from "../../checkpoint/training-state.ts";
import { type Generator, generator } from "../../random/generator.ts";
import type { Program } from "../program.ts";
import { epochLength } from "../phase/stage-length.ts";
import type { SampledTask } from "../samplers/sampler.ts";
import type { Balancer, TaskGradients } from "./balancer.ts";
import { openBalancer } from "./index.ts";

export interface PhaseBalancerSettings {
  readonly plan: Pick<StagePlan, "stage" | "weights">;
  readonly specification: Program["specification"];
  readonly tasks: readonly SampledTask[];
  /** Keys the random stream. */
  readonly phase: string;
  readonly seed: number;
}

/** The balancer of a phase with its random numbers. */
export class PhaseBalancer {
  readonly #random: Generator;
  readonly #balancer: Balancer;

  constructor({ plan: { stage, weights }, specification, tasks, phase, seed }: PhaseBalancerSettings) {
    this.#random = generator(seed, "balance", phase);
    this.#balancer = openBalancer({
      options: stage.balance,
      tasks: tasks.map(({ name }) => {
        const task = specification.tasks[name];
        return { name, target: task && targetOf(task.target).numbers ? "number" : "other" };
      }),
      shared: new Set(
        weights.flatMap(({ name, tasks: reaching }) =>
          reaching.length > 1 ? [roleName({ kind: "gradient", weight: name })] : [],
        ),
      ),
      epochSteps: Math.ceil(epochLength(stage, tasks)),
      random: () => this.#random.uniform(),
    });
  }

  balance(tasks: readonly TaskGradients[]): readonly number[] {
    return this.#balancer.balance(tasks);
  }

  position(): Pick<TrainingState, "balance" | "balancePosition"> {
    return { balance: this.#balancer.state(), balancePosition: this.#random.position };
  }

  restore({ balance, balancePosition }: Pick<TrainingState, "balance" | "balancePosition">): void {
    this.#balancer.restore(balance);
    this.#random.position = balancePosition;
  }
}

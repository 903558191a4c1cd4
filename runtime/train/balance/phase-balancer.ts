import { comparesRepresentations } from "../../../compiler/balance/balance-needs.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import { roleName } from "../../../compiler/graph/graph.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { TrainingState } from "../../checkpoint/training-state.ts";
import type { TensorData } from "../../engines/engine.ts";
import { type Generator, generator } from "../../random/generator.ts";
import type { Program } from "../program.ts";
import { epochLength } from "../phase/stage-length.ts";
import type { SampledTask } from "../samplers/sampler.ts";
import { type Balancer, type TaskLoss, weigh } from "./balancer.ts";
import { gramOf } from "./gram.ts";
import { openBalancer } from "./index.ts";
import { projectGradients } from "./project-gradients.ts";

export interface PhaseBalancerSettings {
  readonly plan: Pick<StagePlan, "stage" | "weights">;
  readonly specification: Program["specification"];
  readonly tasks: readonly SampledTask[];
  /** Keys the random stream. */
  readonly phase: string;
  readonly seed: number;
}

/** A task's part of one update. */
export interface TaskGradients extends TaskLoss {
  /**
   * Gradients by the input of the `apply` graph, perhaps among other tensors; a weight that the task does not reach is missing or has zeros. If the balance
   * compares representations, gradients with respect to these, by their index.
   */
  readonly gradients: ReadonlyMap<string, TensorData>;
}

/** The factors of a task's gradients in the update. */
export interface TaskFactors {
  /** The factor of the gradients of weights that more than one task of the stage reaches. */
  readonly shared: number;
  /** The factor of the gradients of weights that this task alone reaches. */
  readonly own: number;
}

/** The factors of losses, as far as they are known before an update. */
export interface LossFactors {
  /** The factors by task. They are 1 where the graph computes the factors from the losses. */
  readonly factors: ReadonlyMap<string, number>;
  /** The inputs of the role `balance` of a graph that computes factors. */
  readonly known: ReadonlyMap<string, readonly number[]>;
}

/** The balancer of a phase with its random numbers. */
export class PhaseBalancer {
  readonly #random: Generator;
  readonly #balancer: Balancer;
  /** Names of gradients of weights that more than one task reaches, in the order of the `apply` graph. */
  readonly #shared: ReadonlySet<string>;
  readonly #projectsGradients: boolean;
  readonly #comparesRepresentations: boolean;

  constructor({ plan: { stage, weights }, specification, tasks, phase, seed }: PhaseBalancerSettings) {
    this.#random = generator(seed, "balance", phase);
    this.#shared = new Set(
      weights.flatMap(({ name, tasks: reaching }) =>
        reaching.length > 1 ? [roleName({ kind: "gradient", weight: name })] : [],
      ),
    );
    this.#comparesRepresentations = comparesRepresentations(stage.balance);
    this.#projectsGradients =
      !this.#comparesRepresentations &&
      stage.balance.kind === "pcgrad" &&
      rulesOf(specification).conflictingGradients === "projected";
    this.#balancer = openBalancer({
      options: stage.balance,
      tasks: tasks.map(({ name }) => {
        const task = specification.tasks[name];
        return { name, target: task && targetOf(task.target).numbers ? "number" : "other" };
      }),
      epochSteps: Math.ceil(epochLength(stage, tasks)),
      random: this.#random,
    });
  }

  /** The factors of the tasks' losses, as far as they are known before an update; `observe` must be given the losses. */
  before(tasks: readonly string[]): LossFactors {
    const balancer = this.#balancer;
    if (balancer.needs === "gradients") throw new Error("the factors follow from the gradients of each task");
    const factors = balancer.needs === "losses" ? tasks.map(() => 1) : balancer.factors(tasks);
    return {
      factors: new Map(tasks.map((task, index) => [task, factors[index] ?? 1])),
      known: new Map(balancer.needs === "losses" ? Object.entries(balancer.known()) : []),
    };
  }

  /** Is given the losses of an update, in the order of the stage's tasks. Returns the factors that they had, which follow from the losses if the graph has computed them. */
  observe(losses: readonly TaskLoss[], { factors }: LossFactors): readonly number[] {
    const balancer = this.#balancer;
    if (balancer.needs === "losses") return balancer.weigh(losses);
    if (balancer.needs === "earlier_losses") balancer.observe(losses);
    return losses.map(({ task }) => factors.get(task) ?? 1);
  }

  /** The factors of each task, in their order. The gradients may be changed. */
  balance(tasks: readonly TaskGradients[]): readonly TaskFactors[] {
    if (this.#projectsGradients) {
      projectGradients(tasks, this.#shared, () => this.#random.uniform());
      return tasks.map(() => ({ shared: 1, own: 1 }));
    }
    const balancer = this.#balancer;
    const gram = () =>
      gramOf(
        tasks.map(({ gradients }) => gradients),
        this.#comparesRepresentations ? new Set(tasks.flatMap((task) => [...task.gradients.keys()])) : this.#shared,
      );
    const weighsAll = balancer.needs !== "gradients" || balancer.weighs === "all";
    return weigh(balancer, tasks, gram).map((factor) => ({ shared: factor, own: weighsAll ? factor : 1 }));
  }

  /** True if the balancer must be given the losses of the same rows after each update. */
  get learns(): boolean {
    return this.#balancer.needs === "losses" && this.#balancer.learn !== undefined;
  }

  learn(after: readonly TaskLoss[]): void {
    if (this.#balancer.needs === "losses") this.#balancer.learn?.(after);
  }

  /** The factor of a gradient by its name, among those of its task. */
  factorOf(name: string, { shared, own }: TaskFactors): number {
    return this.#shared.has(name) ? shared : own;
  }

  position(): Pick<TrainingState, "balance" | "balancePosition"> {
    return { balance: this.#balancer.state(), balancePosition: this.#random.position };
  }

  restore({ balance, balancePosition }: Pick<TrainingState, "balance" | "balancePosition">): void {
    this.#balancer.restore(balance);
    this.#random.position = balancePosition;
  }
}

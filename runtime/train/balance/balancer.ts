import type { ResolvedBalance } from "../../../compiler/schema/resolved.ts";
import type { Gram } from "./gram.ts";

export interface BalancedTask {
  readonly name: string;
  readonly target: "number" | "other";
}

export interface BalancerSettings<Kind extends ResolvedBalance["kind"] = ResolvedBalance["kind"]> {
  readonly options: Extract<ResolvedBalance, { kind: Kind }>;
  /** The tasks of the stage, in order. */
  readonly tasks: readonly BalancedTask[];
  /** Updates of an epoch. */
  readonly epochSteps: number;
  readonly random: BalancerRandom;
}

/** The random numbers of a balancer, from a counted generator. */
export interface BalancerRandom {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** The loss of a task in one update, times the task's own `weight`. */
export interface TaskLoss {
  readonly task: string;
  readonly loss: number;
}

/** Plain JSON. */
export type BalancerState = { readonly [key: string]: readonly number[] };

interface Resumable {
  state(): BalancerState;
  restore(state: BalancerState): void;
}

/** The factor of each given task, which is known before the update. Tasks that are absent keep their state. */
export interface EarlierLossBalancer extends Resumable {
  readonly needs: "earlier_losses";
  factors(tasks: readonly string[]): readonly number[];
  /** Is given the losses of the update that the last factors were for. */
  observe(losses: readonly TaskLoss[]): void;
}

/** The factor of each given task, by its losses. Tasks that are absent keep their state. */
export interface LossBalancer extends Resumable {
  readonly needs: "losses";
  weigh(tasks: readonly TaskLoss[]): readonly number[];
  /** The inputs of the role `balance` of a graph that computes the factors which `weigh` would give next, with a number for each task. */
  known(): { readonly [name: string]: readonly number[] };
  /** Is given the losses of the same rows after the update. If it is present, every update is followed by a forward pass. */
  learn?(after: readonly TaskLoss[]): void;
}

/** The factor of each given task, by its loss and the dot products of the tasks' gradients. */
export interface GramBalancer extends Resumable {
  readonly needs: "gradients";
  /** The gradients that the factors are for: those of shared weights, so that a weight of one task follows its own loss; or those of all weights. */
  readonly weighs: "shared" | "all";
  /** `gram` computes the dot products of the given tasks when it is called. */
  weigh(tasks: readonly TaskLoss[], gram: () => Gram): readonly number[];
}

/**
 * Decides how the losses of several tasks make one update. After `restore(state())` it continues exactly as before. Factors of 1 are those of `fixed`;
 * a method whose paper averages the losses has them times the number of tasks.
 */
export type Balancer = EarlierLossBalancer | LossBalancer | GramBalancer;

/** The factors of an update, whatever they follow from. */
export function weigh(balancer: Balancer, tasks: readonly TaskLoss[], gram: () => Gram): readonly number[] {
  if (balancer.needs !== "earlier_losses")
    return balancer.needs === "losses" ? balancer.weigh(tasks) : balancer.weigh(tasks, gram);
  const factors = balancer.factors(tasks.map(({ task }) => task));
  balancer.observe(tasks);
  return factors;
}

/** The methods of a balancer that keeps nothing. */
export const stateless: Resumable = { state: () => ({}), restore: () => {} };

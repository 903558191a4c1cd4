import type { ResolvedBalance } from "../../../compiler/schema/resolved.ts";

/** A task's part of one update. */
export interface TaskGradients {
  readonly task: string;
  /** The loss, times the task's own `weight`. */
  readonly loss: number;
  /** Gradients by the input of the `apply` graph; zeros for a weight that the task does not reach. A balancer may write into them. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export interface BalancedTask {
  readonly name: string;
  readonly target: "number" | "other";
}

export interface BalancerSettings<Kind extends ResolvedBalance["kind"] = ResolvedBalance["kind"]> {
  readonly options: Extract<ResolvedBalance, { kind: Kind }>;
  /** The tasks of the stage, in order. */
  readonly tasks: readonly BalancedTask[];
  /** Gradients, by input name, of weights that more than one task reaches. */
  readonly shared: ReadonlySet<string>;
  /** Updates of an epoch. */
  readonly epochSteps: number;
  /** Uniform in [0, 1), from a counted generator. */
  readonly random: () => number;
}

/** Plain JSON. */
export type BalancerState = { readonly [key: string]: readonly number[] };

/** Decides how the gradients of several tasks make one update. After `restore(state())` it continues exactly as before. */
export interface Balancer {
  /** The factor of each given task in the sum of gradients; may change the gradients first. Tasks that are absent keep their state. */
  balance(tasks: readonly TaskGradients[]): readonly number[];
  state(): BalancerState;
  restore(state: BalancerState): void;
}

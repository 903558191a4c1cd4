import type { GraphBuilder } from "../../graph/builder.ts";
import type { Shape, Value } from "../../graph/graph.ts";
import type { ResolvedOptimizer } from "../../schema/resolved.ts";

export type OptimizerKind = ResolvedOptimizer["kind"];
export type OptimizerOptions<Kind extends OptimizerKind> = Extract<ResolvedOptimizer, { kind: Kind }>;

/** When an update happens, for the weights of one update class. */
export interface UpdateTime {
  /** Learning rate, the schedule's factor included. */
  readonly rate: number;
  /** Updates of these weights so far, with this one: 1 at the first. */
  readonly count: number;
}

export interface WeightUpdate<Options, Slot extends string, Scalar extends string> {
  readonly options: Options;
  readonly weight: Value;
  /** In the weight's shape; or a scalar, which broadcasts (0 for a weight that the step does not reach). */
  readonly gradient: Value;
  readonly slots: { readonly [Name in Slot]: Value };
  /** `[]` each. */
  readonly scalars: { readonly [Name in Scalar]: Value };
  readonly decayed: boolean;
}

export interface UpdatedWeight<Slot extends string> {
  readonly weight: Value;
  readonly slots: { readonly [Name in Slot]: Value };
}

/** How an optimizer moves one weight, split into what the host computes once a step and what the graph does to every element. */
export interface OptimizerDefinition<
  Kind extends OptimizerKind,
  Slot extends string = string,
  Scalar extends string = string,
> {
  /** State for a weight of this shape, by name, with its own shape; zero before the first update. */
  slots(options: OptimizerOptions<Kind>, shape: Shape): { readonly [Name in Slot]: Shape };
  /** Numbers that all weights of an update class share. */
  scalars(options: OptimizerOptions<Kind>, time: UpdateTime): { readonly [Name in Scalar]: number };
  /** The same numbers as expressions in `rate` and `count`, which JavaScript and Python read alike. */
  formulas(options: OptimizerOptions<Kind>): { readonly [Name in Scalar]: string };
  /** Emits the update, in the fewest passes over memory. */
  update(builder: GraphBuilder, update: WeightUpdate<OptimizerOptions<Kind>, Slot, Scalar>): UpdatedWeight<Slot>;
}

import type { GraphBuilder } from "../../graph/builder.ts";
import type { Shape, Value } from "../../graph/graph.ts";
import type { ResolvedOptimizer } from "../../schema/resolved.ts";

export type OptimizerKind = ResolvedOptimizer["kind"];
export type OptimizerOptions<Kind extends OptimizerKind> = Extract<ResolvedOptimizer, { kind: Kind }>;

/** Time of an update, for the weights of one update class. */
export interface UpdateTime {
  /** Learning rate, including the schedule's factor. */
  readonly rate: number;
  /** Number of updates of these weights, this one included: 1 at the first. */
  readonly count: number;
}

export interface WeightUpdate<Options, Slot extends string, Scalar extends string> {
  readonly options: Options;
  readonly weight: Value;
  /** Has the weight's shape, or is a scalar that broadcasts (0 for a weight that the step does not reach). */
  readonly gradient: Value;
  readonly slots: { readonly [Name in Slot]: Value };
  /** Scalars of shape `[]`. */
  readonly scalars: { readonly [Name in Scalar]: Value };
  readonly decayed: boolean;
}

export interface UpdatedWeight<Slot extends string> {
  readonly weight: Value;
  readonly slots: { readonly [Name in Slot]: Value };
}

/**
 * An optimizer: the numbers that the host computes once per step, and the update of one weight as nodes of the graph.
 */
export interface OptimizerDefinition<
  Kind extends OptimizerKind,
  Slot extends string = string,
  Scalar extends string = string,
> {
  /** Shapes, by name, of the state for a weight of this shape; it is zero before the first update. */
  slots(options: OptimizerOptions<Kind>, shape: Shape): { readonly [Name in Slot]: Shape };
  /** Numbers that all weights of an update class share. */
  scalars(options: OptimizerOptions<Kind>, time: UpdateTime): { readonly [Name in Scalar]: number };
  /** The same numbers as expressions in `rate` and `count`, which are valid JavaScript and Python. */
  formulas(options: OptimizerOptions<Kind>): { readonly [Name in Scalar]: string };
  /** Emits the update, in the fewest passes over memory. */
  update(builder: GraphBuilder, update: WeightUpdate<OptimizerOptions<Kind>, Slot, Scalar>): UpdatedWeight<Slot>;
}

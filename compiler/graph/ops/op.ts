import type { OpAttributes, OpName } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Node, TensorType, Value } from "../graph.ts";

/** Input of a gradient rule. `gradients[i]` belongs to `node.outputs[i]`; absent means zero. */
export interface GradientContext<Op extends OpName> {
  readonly builder: GraphBuilder;
  readonly node: Node<Op>;
  readonly gradients: readonly (Value | undefined)[];
  /** True for the inputs whose gradient is wanted; a rule emits nothing for the others. */
  readonly wanted: readonly boolean[];
}

/** Returns the gradient of each input, or `undefined` if it is zero or not wanted. */
export type GradientRule<Op extends OpName> = (context: GradientContext<Op>) => readonly (Value | undefined)[];

export interface OpDefinition<Op extends OpName> {
  /** Output types. Throws `ShapeMismatch` if the inputs do not fit. */
  readonly infer: (inputs: readonly TensorType[], attributes: OpAttributes[Op]) => readonly TensorType[];
  readonly gradient: GradientRule<Op> | "not_differentiable";
  /** Floating point operations of one evaluation; a multiply-add counts as two. Moving data counts as none. */
  readonly flops: (
    inputs: readonly TensorType[],
    outputs: readonly TensorType[],
    attributes: OpAttributes[Op],
  ) => number;
}

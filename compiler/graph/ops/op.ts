import type { OpAttributes, OpName } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Node, TensorType, Value } from "../graph.ts";

/** What a gradient rule sees. `gradients[i]` belongs to `node.outputs[i]`; absent means zero. */
export interface GradientContext<Op extends OpName> {
  readonly builder: GraphBuilder;
  readonly node: Node<Op>;
  readonly gradients: readonly (Value | undefined)[];
  /** Whether the gradient of input i is wanted; a rule emits nothing for the others. */
  readonly wanted: readonly boolean[];
}

/** Gives for each input its gradient, or `undefined` where it is zero or not wanted. */
export type GradientRule<Op extends OpName> = (context: GradientContext<Op>) => readonly (Value | undefined)[];

export interface OpDefinition<Op extends OpName> {
  /** Output types. Throws `ShapeMismatch` where the inputs do not fit. */
  readonly infer: (inputs: readonly TensorType[], attributes: OpAttributes[Op]) => readonly TensorType[];
  readonly gradient: GradientRule<Op> | "not_differentiable";
  /** Floating point operations of one evaluation; a multiply-add counts two. Moving data counts none. */
  readonly flops: (
    inputs: readonly TensorType[],
    outputs: readonly TensorType[],
    attributes: OpAttributes[Op],
  ) => number;
}

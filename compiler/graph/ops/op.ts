import type { OpAttributes, OpName } from "../attributes.ts";
import type { GraphBuilder } from "../builder.ts";
import type { Node, TensorType, Value } from "../graph.ts";
import type { AxisRule } from "./axes.ts";

/** Input of a gradient rule. `gradients[i]` belongs to `node.outputs[i]`; absent means zero. */
export interface GradientContext<Op extends OpName> {
  readonly builder: GraphBuilder;
  readonly node: Node<Op>;
  readonly gradients: readonly (Value | undefined)[];
  /** True for the inputs whose gradient is wanted; a rule does not emit the gradients of the others. */
  readonly wanted: readonly boolean[];
}

/** Returns the gradient of each input, or `undefined` if it is zero or not wanted. */
export type GradientRule<Op extends OpName> = (context: GradientContext<Op>) => readonly (Value | undefined)[];

/**
 * The evaluation of a node with known inputs at compile time. A function computes an element of the output from the
 * elements of the inputs. `keeps_order`: the output has the elements of its only input in the same order.
 * `same_elements`: each element of the output is one of the input's, so that a constant input gives a constant output.
 * `never`: the engine computes it.
 */
export type Fold = ((a: number, b: number) => number) | "keeps_order" | "same_elements" | "never";

export interface OpDefinition<Op extends OpName> {
  /** Output types. Throws `ShapeMismatch` if the inputs do not fit. */
  readonly infer: (inputs: readonly TensorType[], attributes: OpAttributes[Op]) => readonly TensorType[];
  readonly gradient: GradientRule<Op> | "not_differentiable";
  /** Floating point operations of one evaluation; a multiply-add counts as two, and moving data as none. */
  readonly flops: (
    inputs: readonly TensorType[],
    outputs: readonly TensorType[],
    attributes: OpAttributes[Op],
  ) => number;
  /**
   * Relates the axes of the outputs to those of the inputs. By this rule rows, labels and text lengths are followed
   * through a graph.
   */
  readonly axes: AxisRule<Op>;
  /** True if swapping the two inputs does not change the result. */
  readonly commutative: boolean;
  readonly fold: Fold;
}

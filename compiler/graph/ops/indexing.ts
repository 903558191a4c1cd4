import { expressions } from "../expressions.ts";
import { type TensorType, type Value, sameShape, sizeOf } from "../graph.ts";
import { allAxes, followsEach, madeAxis } from "./axes.ts";
import type { GradientRule, OpDefinition } from "./op.ts";
import { ANY, FLOAT, commonDType, dimension, operands } from "./operands.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

function integers(op: "gather" | "scatter_add" | "one_hot", inputs: readonly TensorType[], indices: TensorType): void {
  if (indices.dtype !== "int32") throw new ShapeMismatch(op, inputs, "the indices are not int32");
}

/** Sums the rows of `dy` that were read from the same index. The gathered axis is moved to the front for that. */
const gatherGradient: GradientRule<"gather"> = ({ builder, node, gradients: [dy] }) => {
  const [x, indices] = operands("gather", node.inputs, 2);
  if (!dy) return [];
  const { axis } = node.attributes;
  const e = expressions(builder);
  const span = indices.shape.length;
  const all = dy.shape.map((_, each) => each);
  const indexAxes = all.slice(axis, axis + span);
  const otherAxes = [...all.slice(0, axis), ...all.slice(axis + span)];
  const count = sizeOf(indices.shape);
  const rows = e.reshape(e.transpose(dy, [...indexAxes, ...otherAxes]), [count, ...x.shape.toSpliced(axis, 1)]);
  const summed = builder.emit("scatter_add", [e.reshape(indices, [count]), rows], {
    rows: dimension("gather", x, axis),
  });
  const back = x.shape.map((_, each) => (each < axis ? each + 1 : each === axis ? 0 : each));
  return [e.transpose(summed, back)];
};

/** Reads and writes at indices that are data. An index out of range is the caller's error and is not checked. */
export const indexing: { [Op in "gather" | "scatter_add" | "one_hot"]: OpDefinition<Op> } = {
  gather: {
    infer: (inputs, { axis }) => {
      const [x, indices] = operands("gather", inputs, 2);
      integers("gather", inputs, indices);
      commonDType("gather", [x], ANY);
      if (axis < 0) throw new ShapeMismatch("gather", inputs, `axis ${axis} is negative`);
      dimension("gather", x, axis);
      return [{ dtype: x.dtype, shape: x.shape.toSpliced(axis, 1, ...indices.shape) }];
    },
    gradient: gatherGradient,
    flops: () => 0,
    axes: (inputs, _outputs, { axis }) => {
      const [x, indices] = operands("gather", inputs, 2);
      return [allAxes(0, x).toSpliced(axis, 1, ...allAxes(1, indices))];
    },
    commutative: false,
    fold: "never",
  },
  scatter_add: {
    infer: (inputs, { rows }) => {
      const [indices, updates] = operands("scatter_add", inputs, 2);
      integers("scatter_add", inputs, indices);
      commonDType("scatter_add", [updates], FLOAT);
      if (!sameShape(indices.shape, updates.shape.slice(0, 1)) || indices.shape.length !== 1) {
        throw new ShapeMismatch("scatter_add", inputs, "takes one index for each update");
      }
      return [{ dtype: updates.dtype, shape: [rows, ...updates.shape.slice(1)] }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [indices] = operands<Value, 2>("scatter_add", node.inputs, 2);
      return dy ? [undefined, builder.emit("gather", [dy, indices], { axis: 0 })] : [];
    },
    flops: (inputs) => sizeOf(inputs[1]?.shape ?? []),
    axes: (inputs, _outputs) => {
      const [, updates] = operands("scatter_add", inputs, 2);
      return [allAxes(1, updates).with(0, madeAxis)];
    },
    commutative: false,
    fold: "never",
  },
  one_hot: {
    infer: (inputs, { depth }) => {
      const [indices] = operands("one_hot", inputs, 1);
      integers("one_hot", inputs, indices);
      return [{ dtype: "float32", shape: [...indices.shape, depth] }];
    },
    gradient: "not_differentiable",
    flops: () => 0,
    axes: (inputs, _outputs) => [
      [...operands("one_hot", inputs, 1)[0].shape.map((_, axis) => followsEach({ input: 0, axis })), madeAxis],
    ],
    commutative: false,
    fold: "never",
  },
};

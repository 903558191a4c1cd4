import { expressions } from "../expressions.ts";
import { type Shape, type Value, sameShape, sizeOf } from "../graph.ts";
import { allAxes, broadcastAxes, followsEach, madeAxis, reshapedAxes } from "./axes.ts";
import type { OpDefinition } from "./op.ts";
import { ANY, NUMBER, broadcastShapes, commonDType, dimension, operands } from "./operands.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

type MovementOp = "reshape" | "transpose" | "broadcast_to" | "concat" | "slice" | "pad";

const none = (): number => 0;

/** Ops that only move data. The gradient is the adjoint movement. */
export const movement: { [Op in MovementOp]: OpDefinition<Op> } = {
  reshape: {
    infer: (inputs, { shape }) => {
      const [x] = operands("reshape", inputs, 1);
      if (sizeOf(shape) !== sizeOf(x.shape))
        throw new ShapeMismatch("reshape", [x, { dtype: x.dtype, shape }], "the sizes differ");
      return [{ dtype: x.dtype, shape }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [x] = operands("reshape", node.inputs, 1);
      return dy ? [expressions(builder).reshape(dy, x.shape)] : [];
    },
    flops: none,
    axes: reshapedAxes,
    commutative: false,
    fold: "keeps_order",
  },
  transpose: {
    infer: (inputs, { permutation }) => {
      const [x] = operands("transpose", inputs, 1);
      const axes = permutation.toSorted((left, right) => left - right);
      if (axes.length !== x.shape.length || axes.some((axis, index) => axis !== index)) {
        throw new ShapeMismatch("transpose", inputs, `[${permutation.join(", ")}] is not a permutation of its axes`);
      }
      return [{ dtype: x.dtype, shape: permutation.map((axis) => dimension("transpose", x, axis)) }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const inverse = node.attributes.permutation.map((_, axis) => node.attributes.permutation.indexOf(axis));
      return dy ? [expressions(builder).transpose(dy, inverse)] : [];
    },
    flops: none,
    axes: (_inputs, _outputs, { permutation }) => [permutation.map((axis) => followsEach({ input: 0, axis }))],
    commutative: false,
    fold: "same_elements",
  },
  broadcast_to: {
    infer: (inputs, { shape }) => {
      const [x] = operands("broadcast_to", inputs, 1);
      const target = { dtype: x.dtype, shape };
      if (!sameShape(broadcastShapes("broadcast_to", [x, target]), shape)) {
        throw new ShapeMismatch("broadcast_to", [x, target], "the first does not broadcast to the second");
      }
      return [target];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [x] = operands("broadcast_to", node.inputs, 1);
      return dy ? [expressions(builder).sumTo(dy, x.shape)] : [];
    },
    flops: none,
    axes: broadcastAxes,
    commutative: false,
    fold: "same_elements",
  },
  concat: {
    infer: (inputs, { axis }) => {
      const dtype = commonDType("concat", inputs, ANY);
      const [first] = inputs;
      if (!first || axis < 0) throw new ShapeMismatch("concat", inputs, `no axis ${axis}`);
      const others = (shape: Shape): Shape => shape.toSpliced(axis, 1);
      if (inputs.some((input) => !sameShape(others(input.shape), others(first.shape)))) {
        throw new ShapeMismatch("concat", inputs, `the shapes differ beyond axis ${axis}`);
      }
      return [
        {
          dtype,
          shape: first.shape.with(
            axis,
            inputs.reduce((sum, input) => sum + dimension("concat", input, axis), 0),
          ),
        },
      ];
    },
    gradient: ({ builder, node, gradients: [dy], wanted }) => {
      if (!dy) return [];
      const { axis } = node.attributes;
      let start = 0;
      return node.inputs.map((input, index): Value | undefined => {
        const starts = input.shape.map((_, each) => (each === axis ? start : 0));
        start += dimension("concat", input, axis);
        return wanted[index] ? builder.emit("slice", [dy], { starts, sizes: input.shape }) : undefined;
      });
    },
    flops: none,
    axes: (inputs, [output], { axis: joined }) => [
      (output?.shape ?? []).map((_, axis) =>
        axis === joined && inputs.length > 1
          ? madeAxis
          : followsEach(...inputs.map((_input, input) => ({ input, axis }))),
      ),
    ],
    commutative: false,
    fold: "never",
  },
  slice: {
    infer: (inputs, { starts, sizes }) => {
      const [x] = operands("slice", inputs, 1);
      const inside = (size: number, axis: number): boolean => {
        const start = starts[axis] ?? -1;
        return start >= 0 && size >= 0 && start + size <= dimension("slice", x, axis);
      };
      if (starts.length !== x.shape.length || sizes.length !== x.shape.length || !sizes.every(inside)) {
        throw new ShapeMismatch(
          "slice",
          inputs,
          `starts [${starts.join(", ")}] and sizes [${sizes.join(", ")}] leave it`,
        );
      }
      return [{ dtype: x.dtype, shape: sizes }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [x] = operands("slice", node.inputs, 1);
      const { starts, sizes } = node.attributes;
      const after = x.shape.map((size, axis) => size - (starts[axis] ?? 0) - (sizes[axis] ?? 0));
      return dy ? [builder.emit("pad", [dy], { before: starts, after })] : [];
    },
    flops: none,
    axes: ([x], _outputs, { sizes }) => [
      allAxes(0, { shape: sizes }).map((whole, axis) => (sizes[axis] === x?.shape[axis] ? whole : madeAxis)),
    ],
    commutative: false,
    fold: "same_elements",
  },
  pad: {
    infer: (inputs, { before, after }) => {
      const [x] = operands("pad", inputs, 1);
      commonDType("pad", inputs, NUMBER);
      const rank = x.shape.length;
      if (before.length !== rank || after.length !== rank || [...before, ...after].some((count) => count < 0)) {
        throw new ShapeMismatch(
          "pad",
          inputs,
          `[${before.join(", ")}] before and [${after.join(", ")}] after do not fit`,
        );
      }
      return [{ dtype: x.dtype, shape: x.shape.map((size, axis) => (before[axis] ?? 0) + size + (after[axis] ?? 0)) }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [x] = operands("pad", node.inputs, 1);
      return dy ? [builder.emit("slice", [dy], { starts: node.attributes.before, sizes: x.shape })] : [];
    },
    flops: none,
    axes: (_inputs, [output], { before, after }) => [
      allAxes(0, output ?? { shape: [] }).map((whole, axis) =>
        before[axis] === 0 && after[axis] === 0 ? whole : madeAxis,
      ),
    ],
    commutative: false,
    fold: "never",
  },
};

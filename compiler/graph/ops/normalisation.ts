import { type Expressions, expressions } from "../expressions.ts";
import { type Value, sameShape } from "../graph.ts";
import { follows, lastAxisMixed, repeatedAxis } from "./axes.ts";
import { eachOutput } from "./elementwise.ts";
import { layerNormGradient } from "./layer-norm-gradient.ts";
import type { OpDefinition } from "./op.ts";
import { FLOAT, commonDType, dimension, operands } from "./operands.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

function softmaxLike<Op extends "softmax" | "log_softmax">(
  op: Op,
  gradient: (e: Expressions, y: Value, dy: Value) => Value,
): OpDefinition<Op> {
  return {
    infer: (inputs) => {
      const [x] = operands(op, inputs, 1);
      dimension(op, x, -1);
      return [{ dtype: commonDType(op, inputs, FLOAT), shape: x.shape }];
    },
    gradient: ({ builder, node, gradients: [dy] }) => {
      const [y] = node.outputs;
      return dy && y ? [gradient(expressions(builder), y, dy)] : [];
    },
    flops: (inputs, outputs) => 5 * eachOutput(inputs, outputs),
    axes: lastAxisMixed,
    commutative: false,
    fold: "never",
  };
}

const overLast = (e: Expressions, x: Value): Value => e.reduceSum(x, [x.shape.length - 1], "keep");

/** Normalisations over the last axis. */
export const normalisation: { [Op in "softmax" | "log_softmax" | "layer_norm"]: OpDefinition<Op> } = {
  softmax: softmaxLike("softmax", (e, y, dy) => e.multiply(y, e.subtract(dy, overLast(e, e.multiply(dy, y))))),
  log_softmax: softmaxLike("log_softmax", (e, y, dy) => e.subtract(dy, e.multiply(e.exp(y), overLast(e, dy)))),
  layer_norm: {
    infer: (inputs) => {
      const [x, scale, bias] = operands("layer_norm", inputs, 3);
      const dtype = commonDType("layer_norm", inputs, FLOAT);
      const width = dimension("layer_norm", x, -1);
      if (!sameShape(scale.shape, [width]) || !sameShape(bias.shape, [width])) {
        throw new ShapeMismatch("layer_norm", inputs, `scale and bias must have shape [${width}]`);
      }
      const perRow = [...x.shape.slice(0, -1), 1];
      return [
        { dtype, shape: x.shape },
        { dtype, shape: perRow },
        { dtype, shape: perRow },
      ];
    },
    gradient: layerNormGradient,
    flops: (inputs) => 8 * eachOutput([], inputs.slice(0, 1)),
    axes: (inputs) => {
      const [own = []] = lastAxisMixed(inputs);
      const last = follows(
        { input: 0, axis: own.length - 1, along: "mixed" },
        { input: 1, axis: 0, along: "each" },
        { input: 2, axis: 0, along: "each" },
      );
      const leading = own.slice(0, -1);
      return [
        [...leading, last],
        [...leading, repeatedAxis],
        [...leading, repeatedAxis],
      ];
    },
    commutative: false,
    fold: "never",
  },
};

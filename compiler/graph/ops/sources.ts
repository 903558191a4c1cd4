import { type TensorType, sizeOf } from "../graph.ts";
import { madeAxes, repeatedAxis } from "./axes.ts";
import type { OpDefinition } from "./op.ts";
import { ShapeMismatch } from "./shape-mismatch.ts";

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

/** Nodes without inputs. */
export const sources: { [Op in "constant" | "fill"]: OpDefinition<Op> } = {
  constant: {
    infer: (inputs, { dtype, shape, data }) => {
      noInputs("constant", inputs);
      if (data.length !== sizeOf(shape))
        throw new ShapeMismatch("constant", [{ dtype, shape }], `${data.length} values of data`);
      if (!(data instanceof arrays[dtype]))
        throw new ShapeMismatch("constant", [{ dtype, shape }], `data of another type`);
      return [{ dtype, shape }];
    },
    gradient: "not_differentiable",
    flops: () => 0,
    axes: madeAxes,
    commutative: false,
    fold: "never",
  },
  fill: {
    infer: (inputs, { dtype, shape }) => {
      noInputs("fill", inputs);
      return [{ dtype, shape }];
    },
    gradient: "not_differentiable",
    flops: () => 0,
    axes: (_, outputs) => outputs.map(({ shape }) => shape.map(() => repeatedAxis)),
    commutative: false,
    fold: "never",
  },
};

function noInputs(op: "constant" | "fill", inputs: readonly TensorType[]): void {
  if (inputs.length > 0) throw new ShapeMismatch(op, inputs, "takes no inputs");
}

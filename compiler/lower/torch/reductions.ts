import { at } from "../at.ts";
import { atom, called, method, operand, precedence } from "./expression.ts";
import type { LoweringContext, TorchLowering } from "./lowering.ts";

type Reduction = "reduce_sum" | "reduce_mean" | "reduce_max";

function reduction<Op extends Reduction>(name: string): TorchLowering<Op> {
  return (context) => {
    const { axes, keep_dimensions: keeps } = context.node.attributes;
    const counted = axes.map((axis) => axisOf(context, axis));
    const given = counted.length === 1 ? `dim=${counted[0]}` : `dim=(${counted.join(", ")})`;
    return method(at(context.inputs, 0), name, given, ...(keeps ? ["keepdim=True"] : []));
  };
}

/** The last axis is -1, so that the text says what it is. */
function axisOf({ node }: Pick<LoweringContext<Reduction>, "node">, axis: number): number {
  return axis === at(node.inputs, 0).shape.length - 1 && axis > 0 ? -1 : axis;
}

export const reductions: {
  readonly [Op in Reduction | "argmax" | "softmax" | "log_softmax" | "layer_norm"]: TorchLowering<Op>;
} = {
  // A sum of int32 is an int64 in torch.
  reduce_sum: (context) => {
    const sum = reduction<"reduce_sum">("sum")(context);
    return at(context.node.inputs, 0).dtype === "int32" ? method(sum, "int") : sum;
  },
  reduce_mean: reduction("mean"),
  reduce_max: reduction("amax"),
  argmax: ({ node, inputs }) => method(method(at(inputs, 0), "argmax", `dim=${node.attributes.axis}`), "int"),
  softmax: ({ inputs }) => method(at(inputs, 0), "softmax", "dim=-1"),
  log_softmax: ({ inputs }) => method(at(inputs, 0), "log_softmax", "dim=-1"),
  layer_norm: ({ node, inputs, number, output }) => {
    const [x, scale, bias] = [0, 1, 2].map((index) => at(inputs, index).text);
    if (output === 1) return method(at(inputs, 0), "mean", "dim=-1", "keepdim=True");
    if (output === 2) {
      const variance = method(at(inputs, 0), "var", "dim=-1", "unbiased=False", "keepdim=True");
      return atom(`(${variance.text} + ${number(node.attributes.epsilon, "epsilon")}).rsqrt()`);
    }
    // A weight says how many values are normalised; where the scale is computed, the tensor does.
    const shape = /^[\w.]+$/.test(`${scale}`)
      ? `${scale}.shape`
      : `${operand(at(inputs, 0), precedence.atom)}.shape[-1:]`;
    const epsilon = number(node.attributes.epsilon, "epsilon");
    return called("F.layer_norm", `${x}`, shape, `${scale}`, `${bias}`, `eps=${epsilon}`);
  },
};

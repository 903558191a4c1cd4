import { expressions } from "../expressions.ts";
import { type Value, sizeOf } from "../graph.ts";
import type { GradientRule } from "./op.ts";
import { dimension, operands } from "./operands.ts";

/**
 * Ba, Kiros & Hinton (2016), eq. 4, from the saved mean μ and inverse deviation r. With d = x − μ, the sums over a row
 * against `scale` and the sum over rows against r are matrix products, which read `dy` and `dy·d` without writing a
 * full tensor:
 *
 *     dscale = Σ_rows r·(dy·d)      dbias = Σ_rows dy
 *     dx = r·(dy·scale) − d·r³·mean(dy·d·scale) − r·mean(dy·scale)
 */
export const layerNormGradient: GradientRule<"layer_norm"> = ({ builder, node, gradients, wanted }) => {
  const [x, scale, bias] = operands("layer_norm", node.inputs, 3);
  const [, mean, inverseDeviation] = node.outputs;
  if (!mean || !inverseDeviation) return [];
  const e = expressions(builder);
  const width = dimension("layer_norm", x, -1);
  const rows = sizeOf(x.shape) / width;
  const wide = (value: Value): Value => e.reshape(value, [rows, width]);
  const narrow = (value: Value): Value => e.reshape(value, [rows, 1]);

  const dy = wide(gradients[0] ?? builder.emit("fill", [], { dtype: "float32", shape: x.shape, value: 0 }));
  const dbias = wanted[2] ? e.reshape(e.reduceSum(dy, [0], "drop"), bias.shape) : undefined;
  if (!wanted[0] && !wanted[1]) return [undefined, undefined, dbias];

  const r = narrow(inverseDeviation);
  const deviation = e.subtract(wide(x), narrow(mean));
  const product = e.multiply(dy, deviation);
  const dscale = wanted[1] ? e.reshape(e.matmul(r, product, { transpose_a: true }), scale.shape) : undefined;
  if (!wanted[0]) return [undefined, dscale, dbias];

  const meanAgainstScale = (value: Value): Value => e.matmul(value, e.reshape(scale, [width, 1]), { scale: 1 / width });
  // The gradients of the saved statistics, if they have any, are added to the columns.
  const [, ofMean, ofInverseDeviation] = gradients;
  let slope = meanAgainstScale(product);
  if (ofInverseDeviation) slope = e.add(slope, e.multiply(narrow(ofInverseDeviation), 1 / width));
  slope = e.multiply(slope, e.multiply(e.multiply(r, r), r));
  let shift = e.multiply(meanAgainstScale(dy), r);
  if (ofMean) shift = e.subtract(shift, e.multiply(narrow(ofMean), 1 / width));

  const dx = e.subtract(e.subtract(e.multiply(e.multiply(dy, scale), r), e.multiply(deviation, slope)), shift);
  return [e.reshape(dx, x.shape), dscale, dbias];
};

import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { Graph, Shape, Value } from "../../compiler/graph/graph.ts";
import { integers, uniform } from "./random-data.ts";

export interface TransformerShape {
  readonly batch: number;
  readonly positions: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly words: number;
  readonly classes: number;
}

export const SMALL: TransformerShape = { batch: 2, positions: 3, width: 4, heads: 2, layers: 2, words: 5, classes: 3 };

/**
 * A pre-norm transformer classifier with masked attention and mean cross-entropy as elaboration would emit it; the
 * weights are inputs. Inputs hold the data for one evaluation.
 */
export function transformer(shape: TransformerShape): {
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, readonly number[]>;
} {
  const { batch, positions, width, heads, layers, words, classes } = shape;
  const builder = new GraphBuilder();
  const e = expressions(builder);
  const inputs = new Map<string, readonly number[]>();
  const weight = (name: string, size: Shape): Value => {
    inputs.set(name, uniform(inputs.size + 1, size, { low: -0.8, high: 0.8 }));
    return builder.input({ kind: "weight", weight: name }, { dtype: "float32", shape: size });
  };
  const feature = (name: string, size: Shape, below: number): Value => {
    inputs.set(`feature/${name}`, integers(inputs.size + 1, size, { below }));
    return builder.input({ kind: "feature", feature: name }, { dtype: "int32", shape: size });
  };
  const linear = (x: Value, name: string, columns: number): Value =>
    e.add(e.matmul(x, weight(`${name}.kernel`, [x.shape.at(-1) ?? 0, columns])), weight(`${name}.bias`, [columns]));
  const norm = (x: Value, name: string): Value =>
    builder.emit("layer_norm", [x, weight(`${name}.scale`, [width]), weight(`${name}.bias`, [width])], {
      epsilon: 1e-5,
    });

  const split = (x: Value): Value => e.transpose(e.reshape(x, [batch, positions, heads, width / heads]), [0, 2, 1, 3]);
  const attention = (x: Value, name: string, mask: Value): Value => {
    const query = split(linear(x, `${name}.query`, width));
    const key = split(linear(x, `${name}.key`, width));
    const value = split(linear(x, `${name}.value`, width));
    const scores = e.multiply(e.matmul(query, e.transpose(key, [0, 1, 3, 2])), 1 / Math.sqrt(width / heads));
    const mixed = e.matmul(builder.emit("softmax", [e.select(mask, scores, -1e9)], {}), value);
    return linear(e.reshape(e.transpose(mixed, [0, 2, 1, 3]), [batch, positions, width]), `${name}.output`, width);
  };

  const ids = feature("ids", [batch, positions], words);
  const target = feature("target", [batch], classes);
  // The last position of the first row is padding.
  const flags = Array.from({ length: batch * positions }, (_, index) => (index === positions - 1 ? 0 : 1));
  inputs.set("feature/mask", flags);
  const mask = e.reshape(
    builder.input({ kind: "feature", feature: "mask" }, { dtype: "bool", shape: [batch, positions] }),
    [batch, 1, 1, positions],
  );

  let x = builder.emit("gather", [weight("embedding", [words, width]), ids], { axis: 0 });
  x = e.add(x, weight("positions", [positions, width]));
  for (let layer = 0; layer < layers; layer++) {
    builder.origin = { spans: [{ file: "test.mtl", start: layer, end: layer + 1 }], path: `layers.${layer}` };
    const name = `layers.${layer}`;
    x = e.add(x, attention(norm(x, `${name}.attention_norm`), `${name}.attention`, mask));
    const hidden = builder.emit("gelu", [linear(norm(x, `${name}.ffn_norm`), `${name}.up`, 2 * width)], {
      approximation: "none",
    });
    x = e.add(x, linear(hidden, `${name}.down`, width));
  }
  builder.origin = undefined;
  const first = e.reshape(builder.emit("slice", [norm(x, "norm")], { starts: [0, 0, 0], sizes: [batch, 1, width] }), [
    batch,
    width,
  ]);
  const logits = linear(first, "head", classes);
  const likelihood = e.multiply(
    builder.emit("log_softmax", [logits], {}),
    builder.emit("one_hot", [target], { depth: classes }),
  );
  const loss = e.negate(
    builder.emit("reduce_mean", [e.reduceSum(likelihood, [1], "drop")], { axes: [0], keep_dimensions: false }),
  );
  builder.output({ kind: "prediction", name: "logits" }, logits);
  builder.output({ kind: "loss" }, loss);
  return { graph: builder.build("transformer"), inputs };
}

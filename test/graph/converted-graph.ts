import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { Graph, Value } from "../../compiler/graph/graph.ts";

const data: Readonly<Record<string, readonly number[]>> = {
  int32: [1, -2, 30_000, 4, 5, 6],
  bool: [1, 0, 1, 1, 1, 0],
  uint8: [255, 0, 1, 7, 200, 3],
  index: [1, 3, 3],
};

/** Integers, truth values and bytes that become floats and are then computed with, which shows their bits. */
export function convertedGraph(): {
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, readonly number[]>;
} {
  const builder = new GraphBuilder();
  const output = (name: string, value: Value): void => builder.output({ kind: "prediction", name }, value);
  for (const dtype of ["int32", "bool", "uint8"] as const) {
    const x = builder.input({ kind: "feature", feature: dtype }, { dtype, shape: [2, 3] });
    const floats = builder.emit("cast", [x], { dtype: "float32" });
    output(`${dtype}/sum`, builder.emit("reduce_sum", [floats], { axes: [1], keep_dimensions: false }));
    const one = builder.emit("slice", [floats], { starts: [1, 1], sizes: [1, 1] });
    const scalar = builder.emit("reshape", [one], { shape: [] });
    output(`${dtype}/square`, builder.emit("multiply", [scalar, scalar], {}));
  }
  const index = builder.input({ kind: "feature", feature: "index" }, { dtype: "int32", shape: [3] });
  const hot = builder.emit("one_hot", [index], { depth: 4 });
  output("one_hot/sum", builder.emit("reduce_sum", [hot], { axes: [0], keep_dimensions: false }));
  const inputs = Object.entries(data).map(([name, values]) => [`feature/${name}`, values] as const);
  return { graph: builder.build("converts"), inputs: new Map(inputs) };
}

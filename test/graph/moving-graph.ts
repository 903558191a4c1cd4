import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import { integers } from "./random-data.ts";

/**
 * Bytes or flags through every op that only moves elements: pictures and masks are cut and moved before they become
 * numbers.
 */
export function movingGraph(dtype: "uint8" | "bool"): {
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, readonly number[]>;
} {
  const builder = new GraphBuilder();
  const x = builder.input({ kind: "feature", feature: "x" }, { dtype, shape: [4, 6] });
  const indices = builder.input({ kind: "feature", feature: "indices" }, { dtype: "int32", shape: [2] });
  const moved = [
    builder.emit("reshape", [x], { shape: [2, 12] }),
    builder.emit("transpose", [x], { permutation: [1, 0] }),
    builder.emit("broadcast_to", [x], { shape: [3, 4, 6] }),
    builder.emit("concat", [x, x], { axis: 1 }),
    builder.emit("slice", [x], { starts: [1, 2], sizes: [2, 3] }),
    builder.emit("gather", [x, indices], { axis: 1 }),
    builder.emit("stop_gradient", [x], {}),
  ];
  for (const [index, value] of moved.entries()) builder.output({ kind: "prediction", name: `y${index}` }, value);
  const inputs = new Map([
    ["feature/x", integers(1, [4, 6], { below: dtype === "bool" ? 2 : 256 })],
    ["feature/indices", [5, 0]],
  ]);
  return { graph: builder.build("moves"), inputs };
}

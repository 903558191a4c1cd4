import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { Graph } from "../../compiler/graph/graph.ts";

/** To find out whether an engine runs at all. */
export function oneNodeGraph(): Graph {
  const builder = new GraphBuilder();
  builder.output({ kind: "scalar", name: "one" }, builder.emit("fill", [], { dtype: "float32", shape: [], value: 1 }));
  return builder.build("probe");
}

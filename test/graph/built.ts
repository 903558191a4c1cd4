import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { Graph } from "../../compiler/graph/graph.ts";

export function built(name: string, build: (builder: GraphBuilder) => void): Graph {
  const builder = new GraphBuilder();
  build(builder);
  return builder.build(name);
}

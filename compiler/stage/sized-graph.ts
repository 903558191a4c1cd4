import { createReporter } from "../diagnostics/reporter.ts";
import type { Call } from "../elaborate/calls.ts";
import { type ForwardRequest, elaborateForward } from "../elaborate/forward.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import type { Program } from "./checked-program.ts";
import type { WeightDeclaration } from "./plan.ts";
import { type Size, batchSizes, sizesBetween } from "../graph/size.ts";

/** The forward graph of a task in one mode, with its dimensions as functions of the number of examples. */
export interface SizedGraph {
  readonly graph: Graph;
  readonly calls: readonly Call[];
  readonly weights: readonly WeightDeclaration[];
  readonly sizes: ReadonlyMap<Value, readonly Size[]>;
  /** For each node, the same node where there is another number of examples. */
  readonly others: ReadonlyMap<Node, Node>;
}

/** Elaborates a task for two numbers of examples, between which every dimension that depends on them differs. */
export function sizedGraph(
  program: Program,
  request: Omit<ForwardRequest, "batch" | "reporter" | "calls" | "notes" | "work">,
): SizedGraph {
  const [small, large] = batchSizes.map((batch) => {
    const reporter = createReporter();
    const { elaboration, forward } = elaborateForward(program, { ...request, batch, reporter, calls: "calls" });
    if (!forward) throw new Error(`the task "${request.task}" cannot be elaborated`);
    return { ...forward, calls: elaboration.calls.all };
  });
  if (!small || !large || small.graph.nodes.length !== large.graph.nodes.length)
    throw new Error(`the graph of the task "${request.task}" has other nodes for another number of examples`);
  const sizes = new Map<Value, readonly Size[]>();
  const pair = (value: Value, other: Value | undefined): void => {
    if (other) sizes.set(value, sizesBetween(value.shape, other.shape));
  };
  const others = new Map<Node, Node>();
  for (const [index, { value }] of small.graph.inputs.entries()) pair(value, large.graph.inputs[index]?.value);
  for (const [index, node] of small.graph.nodes.entries()) {
    const other = large.graph.nodes[index];
    if (other?.op !== node.op) throw new Error(`node ${index} of "${request.task}" depends on the number of examples`);
    others.set(node, other);
    for (const [each, output] of node.outputs.entries()) pair(output, other.outputs[each]);
  }
  return { graph: small.graph, calls: small.calls, weights: small.weights, sizes, others };
}

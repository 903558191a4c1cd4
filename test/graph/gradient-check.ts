import { differentiate } from "../../compiler/differentiate/differentiate.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import type { Graph, GraphInput } from "../../compiler/graph/graph.ts";
import { uniform } from "./random-data.ts";
import { interpret } from "./reference.ts";

export type Inputs = ReadonlyMap<string, ArrayLike<number>>;

/** The graph with `loss` = Σ over its float outputs of output · (fixed random numbers), so that no gradient cancels. */
export function withProjectedLoss(graph: Graph): { readonly graph: Graph; readonly cotangents: Inputs } {
  const builder = GraphBuilder.from(graph);
  const e = expressions(builder);
  const cotangents = new Map<string, readonly number[]>();
  let loss = e.scalar(0);
  for (const [index, { value }] of graph.outputs.filter((output) => output.value.dtype === "float32").entries()) {
    const cotangent = builder.input({ kind: "feature", feature: `cotangent${index}` }, value);
    cotangents.set(`feature/cotangent${index}`, uniform(100 + index, value.shape, { low: 0.5, high: 1.5 }));
    loss = e.add(
      loss,
      e.reduceSum(
        e.multiply(value, cotangent),
        value.shape.map((_, axis) => axis),
        "drop",
      ),
    );
  }
  builder.output({ kind: "loss" }, loss);
  return { graph: builder.build(graph.name), cotangents };
}

/**
 * The graph, whose output `loss` is differentiated, with outputs `gradient/NAME` for those inputs that it depends on.
 */
export function withGradients(graph: Graph, wrt: readonly GraphInput[]): Graph {
  const builder = GraphBuilder.from(graph);
  const loss = graph.outputs.find((output) => output.role.kind === "loss");
  if (!loss) throw new Error("the graph has no loss");
  const gradients = differentiate(
    builder,
    loss.value,
    wrt.map((input) => input.value),
  );
  for (const [index, input] of wrt.entries()) {
    const gradient = gradients[index];
    if (gradient) builder.output({ kind: "gradient", weight: input.name }, gradient);
  }
  return builder.build(graph.name);
}

export function floatInputs(graph: Graph): readonly GraphInput[] {
  return graph.inputs.filter((input) => input.value.dtype === "float32" && !input.name.startsWith("feature/cotangent"));
}

/** Central differences of the output `loss` for one input, one element at a time. */
export function finiteDifferences(graph: Graph, inputs: Inputs, name: string): Float64Array {
  const lossOnly = { ...graph, outputs: graph.outputs.filter((output) => output.role.kind === "loss") };
  const point = Float64Array.from(inputs.get(name) ?? []);
  const lossAt = (element: number, offset: number): number => {
    const moved = point.slice();
    moved[element] = (point[element] ?? 0) + offset;
    return interpret(lossOnly, new Map([...inputs, [name, moved]])).get("loss")?.[0] ?? Number.NaN;
  };
  const step = 1e-5;
  return point.map((_, element) => (lossAt(element, step) - lossAt(element, -step)) / (2 * step));
}

/** The largest difference, relative to the largest expected value or one. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  const largest = (values: readonly number[]): number => values.reduce((peak, value) => Math.max(peak, value), 0);
  const scale = Math.max(1, largest(Array.from(expected, Math.abs)));
  return largest(Array.from(expected, (value, index) => Math.abs((actual[index] ?? Number.NaN) - value))) / scale;
}

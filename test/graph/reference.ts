import type { OpName } from "../../compiler/graph/attributes.ts";
import { type Graph, type Node, type Value, sameShape, showType, sizeOf } from "../../compiler/graph/graph.ts";
import { referenceOps } from "./reference-ops.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Runs a graph in float64, naively: the oracle of every gradient, pass and lowering. Throws where a result's shape or
 * dtype is not the declared one, so it is also the oracle of the shape rules.
 */
export function interpret(graph: Graph, inputs: ReadonlyMap<string, ArrayLike<number>>): Map<string, Float64Array> {
  const values = new Map<Value, Tensor>();
  for (const { name, value } of graph.inputs) {
    const data = inputs.get(name);
    if (data?.length !== sizeOf(value.shape))
      throw new Error(`input ${name}: ${data?.length ?? "no"} values for ${showType(value)}`);
    values.set(value, { dtype: value.dtype, shape: value.shape, data: Float64Array.from(data) });
  }
  const tensorOf = (value: Value): Tensor => {
    const tensor = values.get(value);
    if (!tensor) throw new Error(`value ${value.id} is not defined`);
    return tensor;
  };
  for (const node of graph.nodes) {
    const results = evaluate(node, node.inputs.map(tensorOf));
    for (const [index, output] of node.outputs.entries()) {
      const result = results[index];
      if (!result || result.dtype !== output.dtype || !sameShape(result.shape, output.shape)) {
        throw new Error(
          `${node.op} gives ${result ? showType(result) : "nothing"} where ${showType(output)} is declared`,
        );
      }
      values.set(output, result);
    }
  }
  return new Map(graph.outputs.map(({ name, value }) => [name, tensorOf(value).data]));
}

function evaluate<Op extends OpName>(node: Node<Op>, inputs: readonly Tensor[]): readonly Tensor[] {
  return referenceOps[node.op](inputs, node.attributes);
}

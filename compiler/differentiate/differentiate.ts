import type { OpName } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import { expressions } from "../graph/expressions.ts";
import { type Node, type Value, showType, sizeOf } from "../graph/graph.ts";
import { ops } from "../graph/ops/index.ts";

/**
 * Reverse mode (Griewank & Walther, 2008, §3.2), ahead of time: appends to `builder` the nodes that compute
 * ∂loss/∂value for each value of `wrt`, in its shape; `undefined` if the loss does not depend on it. Only paths from
 * `wrt` to the loss are differentiated, so frozen parts cost nothing. `loss` is float32 with one element. Where a node is not
 * differentiated, its outputs count as independent of its inputs.
 */
export function differentiate(
  builder: GraphBuilder,
  loss: Value,
  wrt: readonly Value[],
  isDifferentiated: (node: Node) => boolean = () => true,
): readonly (Value | undefined)[] {
  if (loss.dtype !== "float32" || sizeOf(loss.shape) !== 1)
    throw new Error(`a loss of type ${showType(loss)} is not one float32`);
  const nodes = builder.nodes.filter(isDifferentiated);
  const active = reachedFrom(wrt, nodes);
  const gradients = new Map<Value, Value>();
  const accumulate = (value: Value, gradient: Value): void => {
    const sum = gradients.get(value);
    gradients.set(value, sum ? expressions(builder).add(sum, gradient) : gradient);
  };

  const { origin } = builder;
  if (active.has(loss)) accumulate(loss, builder.emit("fill", [], { dtype: "float32", shape: loss.shape, value: 1 }));
  for (const node of nodes.toReversed()) {
    const wanted = node.inputs.map((input) => active.has(input));
    if (!wanted.includes(true) || !node.outputs.some((output) => gradients.has(output))) continue;
    builder.origin = node.origin;
    const partials = pullBack(
      builder,
      node,
      node.outputs.map((output) => gradients.get(output)),
      wanted,
    );
    for (const [index, input] of node.inputs.entries()) {
      const partial = wanted[index] ? partials[index] : undefined;
      if (partial) accumulate(input, partial);
    }
  }
  builder.origin = origin;
  return wrt.map((value) => gradients.get(value));
}

/** Every float value that depends on one of `sources` by differentiable ops, including the sources. */
export function reachedFrom(sources: readonly Value[], nodes: readonly Node[]): ReadonlySet<Value> {
  const reached = new Set(sources);
  for (const node of nodes) {
    if (ops[node.op].gradient === "not_differentiable" || !node.inputs.some((input) => reached.has(input))) continue;
    for (const output of node.outputs) if (output.dtype === "float32") reached.add(output);
  }
  return reached;
}

function pullBack<Op extends OpName>(
  builder: GraphBuilder,
  node: Node<Op>,
  gradients: readonly (Value | undefined)[],
  wanted: readonly boolean[],
): readonly (Value | undefined)[] {
  const rule = ops[node.op].gradient;
  return rule === "not_differentiable" ? [] : rule({ builder, node, gradients, wanted });
}

import type { Graph, Node, Value } from "../graph/graph.ts";

/**
 * True if values of a graph of several rows are, row by row, those of the graph of one row. This is so if both graphs
 * have the same nodes up to these values, over the same inputs and with the same attributes, and each value has the
 * same shape in both, or `rows` times as many indices along axis 0.
 */
export function isMadeRowByRow(
  graph: Graph,
  one: Graph,
  { rows, values }: { readonly rows: number; readonly values: ReadonlySet<Value> },
): boolean {
  const partners = new Map<Value, Value>();
  const agrees = (value: Value, partner: Value | undefined): boolean => {
    const { shape } = value;
    const fits =
      partner?.dtype === value.dtype &&
      partner.shape.length === shape.length &&
      shape.every(
        (size, axis) => size === partner.shape[axis] || (axis === 0 && size === rows * (partner.shape[0] ?? 1)),
      );
    if (fits) partners.set(value, partner);
    return fits;
  };
  const inputs = new Map(one.inputs.map(({ name, value }) => [name, value]));
  for (const { name, value } of graph.inputs) agrees(value, inputs.get(name));
  for (const [index, node] of graph.nodes.entries()) {
    const other = one.nodes[index];
    if (!other || !isSameCall(node, other, partners)) continue;
    for (const [place, output] of node.outputs.entries()) agrees(output, other.outputs[place]);
  }
  return [...values].every((value) => partners.has(value));
}

function isSameCall(node: Node, other: Node, partners: ReadonlyMap<Value, Value>): boolean {
  return (
    node.op === other.op &&
    node.inputs.length === other.inputs.length &&
    node.inputs.every((input, index) => partners.get(input) === other.inputs[index]) &&
    attributesOf(node) === attributesOf(other)
  );
}

/** The attributes of a node without the shapes of its outputs, which are compared as such. */
function attributesOf({ attributes }: Node): string {
  return JSON.stringify(
    Object.entries(attributes).filter(([name]) => name !== "shape" && name !== "sizes"),
    (_, value: unknown) => (ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value),
  );
}

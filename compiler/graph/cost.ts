import type { OpName } from "./attributes.ts";
import { type DType, type Graph, type InputRole, type Node, type TensorType, type Value, sizeOf } from "./graph.ts";
import { ops } from "./ops/index.ts";

export interface GraphCost {
  readonly nodes: number;
  /** Floating point operations of one run; a multiply-add counts two. */
  readonly flops: number;
  readonly flopsByOp: ReadonlyMap<OpName, number>;
  readonly inputBytes: ReadonlyMap<InputRole["kind"], number>;
  readonly outputBytes: number;
  /** The most bytes of results that live at one time, if nodes run in order and each result is freed after its last reader. */
  readonly peakBytes: number;
}

export function graphCost(graph: Graph): GraphCost {
  const flopsByOp = new Map<OpName, number>();
  for (const node of graph.nodes) add(flopsByOp, node.op, nodeFlops(node));
  const inputBytes = new Map<InputRole["kind"], number>();
  for (const { role, value } of graph.inputs) add(inputBytes, role.kind, bytesOf(value));
  return {
    nodes: graph.nodes.length,
    flops: [...flopsByOp.values()].reduce((sum, flops) => sum + flops, 0),
    flopsByOp,
    inputBytes,
    outputBytes: graph.outputs.reduce((sum, { value }) => sum + bytesOf(value), 0),
    peakBytes: peakBytes(graph),
  };
}

export function nodeFlops<Op extends OpName>(node: Node<Op>): number {
  return ops[node.op].flops(node.inputs, node.outputs, node.attributes);
}

export function bytesOf(type: TensorType): number {
  return sizeOf(type.shape) * bytesPerElement[type.dtype];
}

const bytesPerElement: { readonly [Type in DType]: number } = { float32: 4, int32: 4, uint8: 1, bool: 1 };

function peakBytes(graph: Graph): number {
  const lastReader = new Map<Value, number>();
  for (const [index, node] of graph.nodes.entries()) for (const value of [...node.inputs, ...node.outputs]) lastReader.set(value, index);
  for (const { value } of graph.outputs) lastReader.set(value, graph.nodes.length);
  const given = new Set(graph.inputs.map((input) => input.value));
  let live = 0;
  let peak = 0;
  for (const [index, node] of graph.nodes.entries()) {
    for (const output of node.outputs) live += bytesOf(output);
    peak = Math.max(peak, live);
    for (const value of new Set([...node.inputs, ...node.outputs])) {
      if (lastReader.get(value) === index && !given.has(value)) live -= bytesOf(value);
    }
  }
  return peak;
}

function add<Key>(sums: Map<Key, number>, key: Key, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

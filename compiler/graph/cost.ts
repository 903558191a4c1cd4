import type { OpName } from "./attributes.ts";
import { type DType, type Graph, type InputRole, type Node, type TensorType, type Value, sizeOf } from "./graph.ts";
import { ops } from "./ops/index.ts";

export interface GraphCost {
  readonly nodes: number;
  /** Floating point operations of one run; a multiply-add counts as two. */
  readonly flops: number;
  readonly flopsByOp: ReadonlyMap<OpName, number>;
  readonly inputBytes: ReadonlyMap<InputRole["kind"], number>;
  readonly outputBytes: number;
  /** The most bytes of results that are live at one time; see `peakOf`. */
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
    peakBytes: peakOf(graph).bytes,
  };
}

export function nodeFlops<Op extends OpName>(node: Node<Op>): number {
  return ops[node.op].flops(node.inputs, node.outputs, node.attributes);
}

export function bytesOf(type: TensorType): number {
  return sizeOf(type.shape) * bytesPerElement[type.dtype];
}

const bytesPerElement: { readonly [Type in DType]: number } = { float32: 4, int32: 4, uint8: 1, bool: 1 };

/** The results that are live at the moment of most bytes. */
export interface Peak {
  readonly bytes: number;
  readonly live: readonly Value[];
}

/**
 * Assumes that nodes run in order and that each result has its own memory, which is freed after its last reader. Inputs
 * are not counted.
 */
export function peakOf(graph: Graph): Peak {
  const lastReader = lastReaders(graph);
  const results = new Set(graph.nodes.flatMap((node) => node.outputs));
  let bytes = 0;
  let peak = { bytes: 0, at: -1 };
  for (const [index, node] of graph.nodes.entries()) {
    for (const output of node.outputs) bytes += bytesOf(output);
    if (bytes > peak.bytes) peak = { bytes, at: index };
    for (const value of new Set([...node.inputs, ...node.outputs]))
      if (results.has(value) && lastReader.get(value) === index) bytes -= bytesOf(value);
  }
  const made = graph.nodes.slice(0, peak.at + 1).flatMap((node) => node.outputs);
  return { bytes: peak.bytes, live: made.filter((value) => (lastReader.get(value) ?? 0) >= peak.at) };
}

/**
 * For each value the index of the last node that reads it, or of its own node if nothing reads it. Outputs of the graph
 * live until the end.
 */
function lastReaders({ nodes, outputs }: Graph): ReadonlyMap<Value, number> {
  const last = new Map<Value, number>();
  for (const [index, node] of nodes.entries())
    for (const value of [...node.inputs, ...node.outputs]) last.set(value, index);
  for (const { value } of outputs) last.set(value, nodes.length);
  return last;
}

function add<Key>(sums: Map<Key, number>, key: Key, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

import { type Graph, type Node, type Value, showType } from "./graph.ts";

/** Constants are shown with at most this many values. */
const SHOWN = 4;

/**
 * A graph as text, one node per line. Values are numbered in the order of their definition, independently of their ids.
 */
export function print(graph: Graph): string {
  const names = new Map<Value, string>();
  const define = (value: Value): string => {
    const name = `%${names.size}`;
    names.set(value, name);
    return `${name}: ${showType(value)}`;
  };
  const nameOf = (value: Value): string => names.get(value) ?? `%unbound(${value.id})`;
  const node = ({ op, inputs, attributes, outputs }: Node): string => {
    const call = `${op}(${inputs.map(nameOf).join(", ")})`;
    return `  ${outputs.map(define).join(", ")} = ${[call, ...showAttributes(attributes)].join(" ")}`;
  };
  return [
    `graph ${graph.name}`,
    ...graph.inputs.map((input) => `  input ${define(input.value)} = ${input.name}`),
    ...graph.nodes.map(node),
    ...graph.outputs.map((output) => `  output ${output.name} = ${nameOf(output.value)}`),
    "",
  ].join("\n");
}

function showAttributes(attributes: Node["attributes"]): readonly string[] {
  return Object.entries(attributes)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]: [string, unknown]) => `${name}=${showValue(value)}`);
}

function showValue(value: unknown): string {
  if (ArrayBuffer.isView(value)) {
    const data = Array.from(value as Float32Array | Int32Array | Uint8Array);
    return `[${data.slice(0, SHOWN).join(", ")}${data.length > SHOWN ? `, … ${data.length}` : ""}]`;
  }
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

import type { Value } from "../graph/graph.ts";
import { type ScopedGraph, allItems } from "./scopes.ts";

/** A text that is equal for graphs that compute the same predictions from the same inputs. */
export function meaningOf(graph: ScopedGraph): string {
  const roles = new Map(graph.graph.inputs.map(({ value, role }) => [value, JSON.stringify(role)] as const));
  const known = new Map<Value, number>();
  const numbers = new Map<string, number>();
  const numbered = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const lines: string[] = [];
  const items = new Map(allItems(graph.root).flatMap((item) => item.outputs.map((value) => [value, item] as const)));
  const numberOf = (value: Value): number => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const role = roles.get(value);
    if (role !== undefined) return numbered(role);
    const item = items.get(value);
    if (!item) throw new Error("a tensor is not computed");
    const inputs = item.inputs.map(numberOf);
    const what =
      item.kind === "dropout"
        ? `dropout ${item.path}`
        : item.kind === "host"
          ? item.function
          : `${item.node.op} ${JSON.stringify(item.node.attributes, (_, each: unknown) => (ArrayBuffer.isView(each) ? [...(each as Float32Array)] : each))}`;
    const number = numbered(`${what} ${inputs.join(" ")} ${item.outputs.indexOf(value)}`);
    known.set(value, number);
    return number;
  };
  for (const { role, value } of graph.outputs)
    if (role.kind === "prediction") lines.push(`${role.name} ${numberOf(value)}`);
  return [...numbers.keys(), ...lines].join("\n");
}

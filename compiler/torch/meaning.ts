import type { GraphInput, Value } from "../graph/graph.ts";
import type { TaskGraph } from "./model-emitter.ts";
import { type Leaf, type ScopedGraph, allItems } from "./scopes.ts";

/** A text that is equal for graphs that compute the same predictions from the same inputs. */
export function meaningOf(graph: ScopedGraph): string {
  const numbers = new Map<string, number>();
  const numberOf = numbersIn(graph, numbers, ({ role }) => JSON.stringify(role));
  const lines = graph.outputs.flatMap(({ role, value }) =>
    role.kind === "prediction" ? [`${role.name} ${numberOf(value)}`] : [],
  );
  return [...numbers.keys(), ...lines].join("\n");
}

/** Numbers of the tensors of several tasks, which are equal for tensors that are computed in the same way from the same inputs. */
export function numberedValues(
  nameOf: (graph: TaskGraph, feature: string) => string,
): (graph: TaskGraph) => (value: Value) => number {
  const numbers = new Map<string, number>();
  return (graph) =>
    numbersIn(graph.graph, numbers, ({ role, value: { dtype, shape } }) => {
      if (role.kind === "feature") return `feature ${nameOf(graph, role.feature)} ${dtype} ${shape.join(" ")}`;
      const isShared = role.kind === "weight" || role.kind === "state" || role.kind === "random";
      return `${isShared ? "" : graph.task} ${JSON.stringify(role)} ${shape.join(" ")}`;
    });
}

function numbersIn(
  { graph, root }: ScopedGraph,
  numbers: Map<string, number>,
  textOf: (input: GraphInput) => string,
): (value: Value) => number {
  const inputs = new Map(graph.inputs.map((input) => [input.value, textOf(input)] as const));
  const items = new Map(allItems(root).flatMap((item) => item.outputs.map((value) => [value, item] as const)));
  const known = new Map<Value, number>();
  const numbered = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const numberOf = (value: Value): number => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const input = inputs.get(value);
    if (input !== undefined) return numbered(input);
    const item = items.get(value);
    if (!item) throw new Error("a tensor is not computed");
    const read = item.inputs.map(numberOf);
    const number = numbered(
      `${operationOf(item)} ${read.join(" ")} ${(item.outputs as readonly Value[]).indexOf(value)}`,
    );
    known.set(value, number);
    return number;
  };
  return numberOf;
}

function operationOf(item: Leaf): string {
  if (item.kind === "dropout") return `dropout ${item.path}`;
  if (item.kind === "host") return item.function;
  const attributes = JSON.stringify(item.node.attributes, (_, each: unknown) =>
    ArrayBuffer.isView(each) ? [...(each as Float32Array)] : each,
  );
  return `${item.node.op} ${attributes}`;
}

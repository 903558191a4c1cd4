import type { GraphInput, Value } from "../graph/graph.ts";
import { namedTensors } from "./named-values.ts";
import type { Scope, ScopedGraph } from "./scopes.ts";

/** The name of the argument of the scope's block that a tensor belongs to: `memory`, `memory_mask`. */
export function argumentName(graph: ScopedGraph, { call }: Scope, value: Value): string | undefined {
  for (const [name, argument] of call?.arguments ?? []) {
    const tensors = namedTensors(argument);
    const part = tensors.get(value) ?? tensors.get(graph.original(value));
    if (part !== undefined) return part === "" ? name : `${name}_${part}`;
  }
  return undefined;
}

/** The parameter of the scope's block through which a layer came whose weights are at a path. */
export function layerParameter({ call }: Scope, path: string): string | undefined {
  for (const [name, argument] of call?.arguments ?? [])
    if (argument.kind === "layer" && argument.layer.kind === "instance" && argument.layer.path.join(".") === path)
      return name;
  return undefined;
}

export function valueNameOf(graph: ScopedGraph, inputs: ReadonlyMap<Value, GraphInput>, value: Value): string {
  const input = inputs.get(value);
  if (input) return input.name.split("/").slice(1).join("_").replaceAll(".", "_") || input.name;
  const origin = graph.graph.nodes.find((node) => node.outputs.includes(graph.original(value)))?.origin;
  return origin?.path.split(".").findLast((segment) => !/^\d+$/.test(segment)) ?? "x";
}

/** The path of the module that draws the bytes of a site; a site that is reached again draws from the same one. */
export function siteModule(site: string): string {
  return site.split("#")[0] ?? site;
}

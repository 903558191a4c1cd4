import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph, Value } from "../../graph/graph.ts";
import { removeDeadCode } from "../../graph/remove-dead-code.ts";
import { type KeptOfWhole, type TextInputs, keptFeature } from "./kept-values.ts";
import type { NextGraph } from "./next-token-graph.ts";

/** The nodes of a graph that depend on the text. What they read of the others is kept. */
export function wholeTextGraph(whole: Graph, { ids, mask }: TextInputs): NextGraph {
  const ofText = new Set<Value>(
    whole.inputs.flatMap(({ role, value }) =>
      role.kind === "feature" && (role.feature === ids || role.feature === mask) ? [value] : [],
    ),
  );
  const others = new Set<Value>();
  const kept = new Map<Value, KeptOfWhole & { readonly input: Value }>();
  const builder = GraphBuilder.onInputsOf(whole);
  const current = (value: Value): Value => {
    if (!others.has(value)) return value;
    const feature = keptFeature(kept.size);
    const known = kept.get(value) ?? {
      feature,
      value,
      input: builder.input({ kind: "feature", feature }, value),
    };
    kept.set(value, known);
    return known.input;
  };
  for (const node of whole.nodes) {
    const isOfText = node.inputs.some((input) => ofText.has(input));
    if (node.inputs.length === 0 || isOfText) builder.append({ ...node, inputs: node.inputs.map(current) });
    else for (const output of node.outputs) others.add(output);
    if (isOfText) for (const output of node.outputs) ofText.add(output);
  }
  for (const { role, value } of whole.outputs) if (ofText.has(value)) builder.output(role, value);
  const graph = removeDeadCode(builder.build(`${whole.name}/next`), { unusedInputs: "drop" });
  return { graph, kept: [...kept.values()] };
}

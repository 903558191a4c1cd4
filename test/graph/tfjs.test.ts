import { beforeAll, describe, expect, it } from "vitest";
import type { OpName } from "../../compiler/graph/attributes.ts";
import type { Node } from "../../compiler/graph/graph.ts";
import { ops } from "../../compiler/graph/ops/index.ts";
import { type CaseGraph, caseGraphs } from "./cases.ts";
import { floatInputs, relativeError, withGradients, withProjectedLoss } from "./gradient-check.ts";
import { interpret } from "./reference.ts";
import { registerTfjsGradients } from "./tfjs-gradients.ts";
import { tfjsGradients, tfjsOps } from "./tfjs.ts";

beforeAll(registerTfjsGradients);

const comparable = caseGraphs.filter(
  ({ op, graph, kink }) =>
    !("lacking" in tfjsOps[op]) && !kink && floatInputs(graph).length > 0 && floatResult(graph.nodes[0]),
);

function floatResult(node: Node | undefined): boolean {
  return node?.outputs[0]?.dtype === "float32";
}

function theirs<Op extends OpName>(
  { graph, inputs }: CaseGraph,
  node: Node<Op>,
  cotangent: ArrayLike<number>,
): readonly Float32Array[] {
  const run = tfjsOps[node.op];
  if ("lacking" in run) throw new Error(run.lacking);
  const data = graph.inputs.map(({ name, value }) => ({ ...value, data: inputs.get(name) ?? [] }));
  return tfjsGradients(run, node.attributes, data, cotangent);
}

describe("gradients agree with tfjs's autodiff", () => {
  it.each(comparable.map((each) => [each.name, each] as const))("%s", (_, each) => {
    const [node] = each.graph.nodes;
    if (!node) throw new Error("a case without a node");
    // tfjs's functions give the first output alone.
    const projected = withProjectedLoss({ ...each.graph, outputs: each.graph.outputs.slice(0, 1) });
    const wrt = floatInputs(each.graph);
    const ours = interpret(withGradients(projected.graph, wrt), new Map([...each.inputs, ...projected.cotangents]));
    const cotangent = projected.cotangents.get("feature/cotangent0") ?? [];
    for (const [index, gradient] of theirs(each, node, cotangent).entries()) {
      const name = `gradient/${wrt[index]?.name}`;
      expect(relativeError(ours.get(name) ?? new Float64Array(gradient.length), gradient), name).toBeLessThan(2e-5);
    }
  });

  it("covers every differentiable op but those that tfjs lacks", () => {
    const covered = new Set<string>(comparable.map(({ op }) => op));
    const missing = (Object.keys(ops) as OpName[]).filter(
      (op) => ops[op].gradient !== "not_differentiable" && !covered.has(op),
    );
    expect(missing).toEqual([]);
  });
});

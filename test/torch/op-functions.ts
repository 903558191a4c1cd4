import { BodyWriter } from "../../compiler/torch/body-writer.ts";
import { constantExpression, constantOf } from "../../compiler/torch/constants.ts";
import { helpers, supports } from "../../compiler/torch/helpers.ts";
import type { Scope, ScopedGraph } from "../../compiler/torch/scopes.ts";
import { withSlots } from "../../compiler/torch/slots.ts";
import { isOp } from "../../compiler/graph/is-op.ts";
import { atom } from "../../compiler/lower/torch/expression.ts";
import { pythonNumber } from "../../compiler/lower/torch/sources.ts";
import type { CaseGraph } from "../graph/cases.ts";

/** A module of Python with a function for each case of an op, from its inputs to its outputs. */
export function opFunctions(cases: readonly CaseGraph[]): string {
  const functions = cases.map(({ graph, name }, index) => {
    const scope: Scope = {
      kind: "scope",
      call: undefined,
      path: "",
      parent: undefined,
      items: graph.nodes.map((node) => ({ kind: "step", node, inputs: node.inputs, outputs: node.outputs })),
    };
    const scalars = new Map(
      graph.nodes.flatMap((node) =>
        isOp(node, "fill") && node.attributes.shape.length === 0
          ? node.outputs.map((value) => [value, node.attributes.value] as const)
          : [],
      ),
    );
    const scoped: ScopedGraph = {
      graph,
      calls: [],
      weights: [],
      sizes: new Map(),
      others: new Map(),
      root: scope,
      outputs: graph.outputs,
      scalars,
      original: (value) => value,
    };
    const writer = new BodyWriter(scope, {
      graph: scoped,
      calleeOf: () => {
        throw new Error("an op applies no block");
      },
      helper: (helper) => helper,
      taken: new Set(),
      current: (value) => value,
      constant: (_, node) => atom(constantExpression(constantOf(node))),
      inputOfTask: ({ name: input }) => atom(`x["${input}"]`),
    });
    const { lines, texts } = writer.linesOf(graph.outputs.map(({ value }) => value));
    const text = [
      `def case_${index}(x):`,
      `    """${name}"""`,
      ...lines.map((line) => `    ${line}`),
      `    return [${texts.join(", ")}]`,
    ].join("\n");
    return withSlots(text, (slot) => pythonNumber(writer.numbers[slot]?.value ?? 0));
  });
  return [
    "from __future__ import annotations\n",
    "import base64\n",
    "import torch\nimport torch.nn.functional as F\nfrom torch import Tensor\n",
    supports.stored,
    ...Object.values(helpers),
    ...functions,
    `CASES = [${cases.map((_, index) => `case_${index}`).join(", ")}]`,
  ].join("\n\n");
}

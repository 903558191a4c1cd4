import { expect, test } from "vitest";
import { buildDiagram } from "../../compiler/diagram/build-diagram.ts";
import type { ModelDiagram } from "../../compiler/diagram/diagram.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";

function diagramOf(source: string, set: Readonly<Record<string, string>> = {}): ModelDiagram {
  const { program, diagnostics } = compileProgram({ entry: "a.mtl", host: createMemoryHost({ "a.mtl": source }), set });
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return buildDiagram(program);
}

const source = `
model m
param sees: one of [both, left] = both
modality left: tensor(4)
modality right: tensor(4)
stream a = left -> linear(8)
stream b = right -> linear(8)
layer classify = norm -> linear(2)
task t {
  uses: [left, optional right]
  from: if sees == both then [a -> classify, b -> classify] else [a -> classify]
  head: ensemble
  target: category("y", classes: 2)
}`;

test("a modality that a row may lack has a dashed edge, and a layer says how many places share it", () => {
  const { nodes, edges } = diagramOf(source);
  expect(edges).toContainEqual({ from: "modality_right", to: "stream_b", kind: "optional" });
  expect(edges).toContainEqual({ from: "modality_left", to: "stream_a", kind: "data" });
  expect(nodes.find(({ label }) => label === "classify")).toMatchObject({ sharedBy: 2, parameters: 8 * 2 + 2 + 2 * 8 });
});

test("what a param leaves out is not drawn", () => {
  const { nodes, edges } = diagramOf(source, { sees: "left" });
  expect(nodes.map(({ label }) => label)).not.toContain("b");
  expect(edges.filter(({ to }) => to === "task_t").map(({ from }) => from)).toEqual(["stream_a", "layer_classify"]);
  expect(nodes.find(({ label }) => label === "classify")?.sharedBy).toBeUndefined();
});

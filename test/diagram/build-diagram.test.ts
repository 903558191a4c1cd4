import { describe, expect, test } from "vitest";
import { buildDiagram } from "../../compiler/diagram/build-diagram.ts";
import type { ModelDiagram } from "../../compiler/diagram/diagram.ts";
import { renderMermaid } from "../../compiler/diagram/mermaid.ts";
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

describe("a joint step over one data set", () => {
  const heads = (step: string): string => `
model heads
modality words: text(max_length: 8, tokenizer: characters(size: 40))
modality figures: tensor(5)
stream said = words -> embed(12) -> dropout(10%)
stream seen = figures -> linear(12) -> dropout(20%)
task kind { from: said -> mean  head: linear(3)  target: category("kind", classes: 3) }
task tags { from: (said -> mean) + seen  head: linear(2)  target: labels("tags", classes: 2) }
task size { from: seen  head: linear(1)  target: number("size") }
task hidden { from: masked_positions(words) -> embed(12) -> cross_attend(said, heads: 2)  head: linear(40)  target: masked(words) }
dataset rows { path: "rows.jsonl"  tasks: all }
stage s { optimizer: sgd(rate: 0.1)  batch: 4  steps: 10  step: ${step} }`;
  const computed = (step: string) =>
    diagramOf(heads(step)).nodes.flatMap(({ label, computedFor }) => (computedFor ? [[label, computedFor]] : []));

  test("says for which tasks a stream is computed once, which a text with hidden tokens is not", () => {
    expect(computed("joint")).toEqual([
      ["said", [["kind", "tags"], ["hidden"]]],
      ["seen", [["tags", "size"]]],
    ]);
    const text = renderMermaid(diagramOf(heads("joint")));
    expect(text).toContain("computed once for kind and tags, and once for hidden");
    expect(text).toContain("computed once for tags and size");
  });

  test("says nothing where each task has rows of its own", () => {
    expect(computed("joint(rows: own)")).toEqual([]);
    expect(computed("one_task")).toEqual([]);
  });
});

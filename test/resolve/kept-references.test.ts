import { expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { type Compilation, compileProgram } from "../../compiler/program.ts";
import type { Reference } from "../../compiler/resolve/definition.ts";

const model = `import { d, twice, wide } from "parts.mtl"
model m
modality photo: tensor([3, 8])
stream s = photo -> twice -> linear(wide)
task first { from: mean(s)  head: linear(3)  target: category("k", classes: 3) }
stage fit { optimizer: adamw(rate: 1e-3)  epochs: 1 }
`;
const parts = `param wide: int = 8
block twice(x: tokens): tokens { return x + x }
dataset d { path: "a.jsonl"  tasks: [first] }
`;

function compiled(texts: { readonly model: string; readonly parts: string }, previous?: Compilation): Compilation {
  const host = createMemoryHost({ "model.mtl": texts.model, "parts.mtl": texts.parts });
  return compileProgram({ entry: "model.mtl", host, until: "names", ...(previous ? { previous } : {}) });
}

function referenceTo({ references }: Compilation, name: string, file: string): Reference | undefined {
  return references?.inFile(file).find(({ node }) => node.kind === "Name" && node.name === name);
}

test("an edit of the model keeps the references of a library's blocks, and resolves its data set's task again", () => {
  const before = compiled({ model, parts });
  const after = compiled({ model: model.replace("head: linear(3)", "head: linear(4)"), parts }, before);
  expect(referenceTo(before, "x", "parts.mtl")).toBeDefined();
  expect(referenceTo(after, "x", "parts.mtl")).toBe(referenceTo(before, "x", "parts.mtl"));
  const task = referenceTo(after, "first", "parts.mtl")?.definition;
  expect(task).toMatchObject({ kind: "declaration", declaration: { kind: "Task" } });
  expect(task).not.toBe(referenceTo(before, "first", "parts.mtl")?.definition);
  const renamed = compiled({ model: model.replace("task first", "task second"), parts }, after);
  expect(referenceTo(renamed, "first", "parts.mtl")?.definition).toEqual({ kind: "dynamic", name: "first" });
});

test("an edit of a library gives the names of the model that mean its declarations a new meaning", () => {
  const before = compiled({ model, parts });
  const after = compiled({ model, parts: parts.replace("param wide", "param breadth") }, before);
  expect(referenceTo(before, "wide", "model.mtl")?.definition.kind).toBe("declaration");
  expect(referenceTo(after, "wide", "model.mtl")?.definition.kind).toBe("unresolved");
});

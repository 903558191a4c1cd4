import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TorchModel, lowerToTorch } from "../../compiler/torch/lower-to-torch.ts";
import { rulesOf } from "../../compiler/semantics.ts";
import { allItems, scopedGraph } from "../../compiler/torch/scopes.ts";
import type { Program } from "../../compiler/program.ts";
import { readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { compileFile } from "../../runtime/compile.ts";
import { exportTorch } from "../../runtime/export/torch/export-torch.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { sound } from "../elaborate/harness.ts";
import { specifications } from "../elaborate/specifications.ts";

function modelOf(program: Program): TorchModel {
  const { specification } = program;
  const tasks = Object.keys(specification.tasks).flatMap((task) => {
    const stage = specification.stages.findLast(({ tasks: trained }) => trained.includes(task));
    return stage ? [{ task, plan: program.plan(stage.name) }] : [];
  });
  const plans = specification.stages.map(({ name }) => program.plan(name));
  return lowerToTorch({ specification, tasks, plans });
}

const ofExample = (name: string): TorchModel =>
  modelOf(compileFile(join(packageRoot(), `examples/${name}.mtl`)).program);

/** Two tasks over one text, an adapter for each, a shared layer, and dropout: everything that a module can be. */
const twoTasks = specifications["two modalities, two tasks, adapters"] ?? "";

const texts = new Map<string, TorchModel>();
beforeAll(() => {
  texts.set("two_tasks", modelOf(sound(twoTasks)));
  texts.set("bottlenecks", modelOf(sound(specifications["bottlenecks"] ?? "")));
  for (const name of ["digit_reader", "mbt"]) texts.set(name, ofExample(name));
});

test.each(["two_tasks", "digit_reader"])("the module of %s is as it was read", async (name) => {
  await expect(texts.get(name)?.text).toMatchFileSnapshot(`golden/${name}.py`);
});

test.each(["two_tasks", "bottlenecks", "digit_reader", "mbt"])(
  "the module of %s makes every weight once, by its name",
  (name) => {
    const { weights, made } = texts.get(name) ?? { weights: [], made: [] };
    expect(weights.length).toBeGreaterThan(0);
    expect([...made].toSorted()).toEqual(weights.map((weight) => weight.name).toSorted());
  },
);

test("neither a number of examples nor a slot is written", () => {
  for (const [name, { text }] of texts) {
    expect(text, name).not.toMatch(/[⟨⟩⟦⟧]/);
    expect(text, name).not.toMatch(/(reshape|expand|full)\(\(?(7|11)\b/);
  }
});

test("linear maps of all sizes are one class, whose arguments have the names of the block's", () => {
  const { text } = texts.get("mbt") ?? { text: "" };
  expect(text.match(/^class Linear\w*\(/gm)).toEqual(["class Linear("]);
  expect(text).toContain("def __init__(self, x_width: int, width: int) -> None:");
  expect(text).toContain("self.up = Linear(x_width=64, width=256)");
});

/** One pipeline of a few blocks, some of them in a shared layer that is applied twice. */
const pipelines = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        "linear(4)",
        "norm",
        "dropout(20%)",
        "mlp",
        "positions",
        "positions(sine)",
        "with_cls -> slice(start: 0, size: 3)",
        "transformer(layers: 2, heads: 2)",
        "transformer(layers: 1, heads: 2, causal: true, attention_dropout: 10%)",
        "stochastic_depth(30%)",
        "shared",
        "repeat(2) { it -> shared }",
        "repeat(2, share: all) { it -> self_attention(heads: 2) }",
        "per_task(linear(4))",
      ),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom("linear(4)", "mlp -> norm", "encoder_layer(heads: 2)"),
  )
  .map(([blocks, shared]) => small(`layer shared = ${shared}\nstream s = x -> ${blocks.join(" -> ")}`));

function small(declarations: string): string {
  return `model small
modality x: tensor(3, 4)
${declarations}
task t { from: mean(s)  head: linear(1)  target: number("n") }
dataset data { path: "data.jsonl"  tasks: [t] }
stage fit { optimizer: adam(rate: 1e-3)  steps: 1  batch: 2 }
`;
}

test("the nodes of random specifications are distributed over their blocks, each one once", () => {
  fc.assert(
    fc.property(pipelines, (text) => {
      const program = sound(text, { unused: "allowed" });
      const plan = program.plan("fit");
      for (const mode of ["train", "evaluate"] as const) {
        const sized = plan.blocks("t", mode);
        const { root, outputs } = scopedGraph(sized, rulesOf(program.specification));
        const made = allItems(root).flatMap((item) => item.outputs);
        expect(new Set(made).size).toBe(made.length);
        const known = new Set([...made, ...sized.graph.inputs.map(({ value }) => value)]);
        for (const item of allItems(root)) for (const value of item.inputs) expect(known.has(value)).toBe(true);
        for (const { value } of outputs) expect(known.has(value)).toBe(true);
      }
      const { weights, made, text: module } = modelOf(program);
      expect([...made].toSorted()).toEqual(weights.map(({ name }) => name).toSorted());
      expect(module).not.toMatch(/[⟨⟩⟦⟧]/);
    }),
    { numRuns: 12, seed: 1 },
  );
});

describe("an exported folder", () => {
  let root: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "mtl-torch-"));
    writeFileSync(join(root, "model.mtl"), twoTasks);
    await exportTorch(join(root, "exported"), { source: join(root, "model.mtl") });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("is replaced by another export, and no other folder is", async () => {
    await exportTorch(join(root, "exported"), { source: join(root, "model.mtl") });
    writeFileSync(join(root, "exported/own.txt"), "kept");
    await expect(exportTorch(join(root, "exported"), { source: join(root, "model.mtl") })).rejects.toThrow("own.txt");
    rmSync(join(root, "exported/own.txt"));
  });

  test("gives its weights back to a stage that starts from it", async () => {
    const text = small("stream s = x -> transformer(layers: 1, heads: 2)");
    writeFileSync(join(root, "small.mtl"), text);
    await exportTorch(join(root, "trained"), { source: join(root, "small.mtl") });
    writeFileSync(
      join(root, "again.mtl"),
      text.replace("stage fit {", 'stage fit { seed: 9  init: from("trained/model.safetensors")'),
    );
    const rows = [1, 2, 3, 4, 5, 6].map((n) => JSON.stringify({ x: [1, 2, 3].map((row) => [row, n, 1, 0]), n }));
    writeFileSync(join(root, "data.jsonl"), rows.join("\n"));
    const { weights } = await exportTorch(join(root, "again"), { source: join(root, "again.mtl") });
    expect(weights).toBe("from");
    const [before, after] = await Promise.all(
      ["trained", "again"].map((folder) => readTensors(join(root, folder, "model.safetensors"))),
    );
    expect(after).toEqual(before);
  });

  const python = process.env["PYTHON"] ?? "python3";
  const isThere = spawnSync(python, ["-c", "import torch, safetensors"]).status === 0;
  test.skipIf(!isThere)(
    "is loaded strictly, exported by torch and compiled without a break",
    { timeout: 120_000 },
    () => {
      const script = `
import torch
from safetensors.torch import load_file
from model import TASKS, Model
model = Model()
model.load_state_dict(load_file("model.safetensors"), strict=True)
model.eval()
for task, tensors in TASKS.items():
    features = {name: torch.zeros(3, *shape, dtype=getattr(torch, dtype)) for name, (dtype, shape) in tensors["features"].items()}
    expected = model(task, features)
    assert all(expected[name].shape == (3, *shape) for name, (_, shape) in tensors["outputs"].items())
    program = torch.export.export(model, (task, features))
    again = program.module()(task, features)
    assert all(torch.allclose(expected[name], again[name]) for name in expected)
    breaks = torch._dynamo.explain(model)(task, features).graph_break_count
    assert breaks == 0, breaks
`;
      const { status, stderr } = spawnSync(python, ["-c", script], { cwd: join(root, "exported"), encoding: "utf8" });
      expect(status, stderr).toBe(0);
    },
  );
});

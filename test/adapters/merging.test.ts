import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import { type Graph, sizeOf } from "../../compiler/graph/graph.ts";
import { type Tensors, readModel, readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { predictGraph } from "../../runtime/export/predict-graph.ts";
import { type StageGraph, stageGraphs } from "../../runtime/export/stage-graphs.ts";
import { compileFile, load, train } from "../../runtime/index.ts";
import { sameForAll } from "../../runtime/model/trained-weights.ts";
import { RunFolder } from "../../runtime/run/run-folder.ts";
import { mtl } from "../cli/run.ts";
import { seeded } from "../elaborate/harness.ts";
import { relativeError } from "../graph/gradient-check.ts";
import { interpret } from "../graph/reference.ts";
import { newFolder } from "../trainer/tiny-run.ts";

// An encoder is trained, and then updates of its queries for both tasks, and of its values for each task.

const model = (rest: string): string => `model merging
param rank: int in 0..8 = 2
modality words: text(max_length: 7, tokenizer: bytes)
stream context = words -> bert(layers: 1, width: 8, heads: 2)
task one { from: context.pooled  head: linear(2)  target: category("a", classes: 2) }
task two { from: context.pooled  head: linear(2)  target: category("b", classes: 2) }
dataset rows { path: "rows.jsonl"  split: { column: "split" }  tasks: [one, two] }
${rest}`;
const stage = (name: string, options: string): string =>
  `stage ${name} { batch: 4  checkpoint: checkpoint(every: 100%)  cache: off  ${options} }\n`;
const adapted = `adapt "context.encoder.**.query.kernel" -> lora(rank: rank, alpha: 4)
adapt "context.encoder.**.value.kernel" -> per_task(lora(rank: rank))
${stage("base", "with: { rank: 0 }  optimizer: adamw(rate: 1e-2)  steps: 4")}
${stage("tune", 'freeze: all except ["**.lora.**"]  optimizer: adamw(rate: 3e-2, weight_decay: 0.1)  steps: 8')}`;

let root = "";
let folder = "";
let plain = "";
let base: Tensors;
let tuned: Tensors;

beforeAll(async () => {
  root = await newFolder();
  const rows = Array.from({ length: 24 }, (_, index) => ({
    words: `row ${index}`,
    a: index % 2 === 0 ? "even" : "odd",
    b: index % 3 === 0 ? "third" : "other",
    split: ["train", "train", "validation", "test"][index % 4],
  }));
  writeFileSync(join(root, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(root, "merging.mtl"), model(adapted));
  const checkpoints = (run: string) => new CheckpointFolder(new RunFolder(run).checkpoints);
  const runs = join(root, "runs");
  const onStage = ({ stage: begun }: { readonly stage: string }) => {
    if (begun === "tune")
      cpSync(checkpoints(join(runs, "merging-0001")).folderOf("step-000004"), join(root, "base"), { recursive: true });
  };
  ({ folder } = await train({ specification: join(root, "merging.mtl"), runs, threads: 1, observer: { onStage } }));
  base = await readModel(join(root, "base"));
  tuned = await readModel(checkpoints(folder).folderOf("step-000012"));
});

test("training the updates leaves every bit of the encoder and of the heads as it was", () => {
  const bytes = (tensors: Tensors, name: string): Buffer =>
    Buffer.from(tensors.get(name)?.data.buffer ?? expect.fail());
  expect([...base.keys()].filter((name) => !bytes(base, name).equals(bytes(tuned, name)))).toEqual([]);
  const added = [...tuned.keys()].filter((name) => !base.has(name));
  expect(added).toHaveLength(2 + 2 * 2);
  for (const name of added) expect(tuned.get(name)?.data.some((value) => value !== 0)).toBe(true);
});

test("merged weights are those of a model without `adapt`, and predict the same", async () => {
  const merged = join(root, "merged.safetensors");
  const { code, stderr } = await mtl(["weights", folder, "--merge", "--task", "one", "--out", merged]);
  expect([code, stderr]).toEqual([0, expect.stringContaining("Wrote")]);
  const tensors = await readTensors(merged);
  expect([...tensors.keys()].toSorted()).toEqual(
    [...base.keys()].filter((name) => !name.startsWith("task.two")).toSorted(),
  );
  const changed = [...tensors].filter(([name, { data }]) =>
    data.some((value, index) => value !== base.get(name)?.data[index]),
  );
  expect(changed.map(([name]) => name)).toEqual(
    ["query", "value"].map((part) => `context.encoder.0.attention.${part}.kernel`),
  );
  // A rate of 0 keeps the weights that the stage begins with.
  const start = 'tasks: [one]  init: from("merged.safetensors", match: all)  optimizer: sgd(rate: 0)  steps: 1';
  writeFileSync(
    join(root, "plain.mtl"),
    model(stage("fit", start))
      .replace("tasks: [one, two]", "tasks: [one]")
      .replace(/task two.*\n/u, ""),
  );
  plain = (await train({ specification: join(root, "plain.mtl"), runs: join(root, "runs"), threads: 1 })).folder;
  const [ours, theirs] = [await load(folder), await load(plain)];
  for (const words of ["row 1", "row 22", "other"]) {
    const [a, b] = [await ours.predict({ words }, { task: "one" }), await theirs.predict({ words }, { task: "one" })];
    expect(relativeError(probabilities(a), probabilities(b))).toBeLessThan(1e-6);
  }
  await Promise.all([ours.dispose(), theirs.dispose()]);
});

test("a compiled generator of texts has merged weights", async () => {
  writeFileSync(
    join(root, "writing.mtl"),
    `model writing
modality said: text(max_length: 5, tokenizer: bytes, separators: after)
stream spoken = said -> embed(8) -> positions -> transformer(layers: 1, heads: 2, causal: true)
task t { from: spoken  head: linear(262)  target: sequence(said) }
dataset rows { path: "rows.jsonl"  split: { column: "split" }  columns: { said: "words" }  tasks: [t] }
adapt "spoken.**.query.kernel" -> lora(rank: 2)
${stage("fit", "optimizer: adamw(rate: 1e-2)  steps: 4")}`,
  );
  const { program } = compileFile(join(root, "writing.mtl"));
  const plan = program.plan("fit");
  const weights: Tensors = new Map(
    plan.weights.map(({ name, shape }, weight) => [
      name,
      { shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, index) => Math.sin(index + weight)) },
    ]),
  );
  const request = { specification: program.specification, plans: [plan], tasks: plan.tasks };
  const [start, next] = stageGraphs({ ...request, kinds: ["decode_start", "decode_next"] });
  if (!start || !next) throw new Error("no graphs");
  const logits = (first: Graph, graph: Graph) => {
    const once = interpret(first, new Map());
    const inputs = graph.inputs.map(({ name, value }) => {
      const ofStart = once.get(name.replace("feature/", "stream/"));
      return [name, ofStart ?? Array.from({ length: sizeOf(value.shape) }, () => 0)] as const;
    });
    return interpret(graph, new Map(inputs)).get("prediction/logits") ?? [];
  };
  const merged = [await compiled(start, weights), await compiled(next, weights)] as const;
  const unmerged = [await compiled(asWritten(start), weights), await compiled(asWritten(next), weights)] as const;
  expect(relativeError(logits(...merged), logits(...unmerged))).toBeLessThan(1e-6);
  expect(products(unmerged[0]) - products(merged[0])).toBe(1);
  expect(products(merged[1])).toBe(products(unmerged[1]));
});

function probabilities(prediction: unknown): readonly number[] {
  return Object.values((prediction as { readonly probabilities: Readonly<Record<string, number>> }).probabilities);
}

test("tasks that read a weight differently are told apart", async () => {
  const { code, stderr } = await mtl(["weights", folder, "--merge"]);
  expect(code).toBe(2);
  expect(stderr).toContain('The tasks "one" and "two"');
  expect(stderr).toContain("--task one");
  const none = await mtl(["weights", plain, "--merge"]);
  expect(none.stderr).toContain("has no `adapt`");
});

async function compiled(graph: StageGraph, weights: Tensors): Promise<Graph> {
  const { graph: make } = await predictGraph(graph, sameForAll(weights), []);
  return make() ?? expect.fail("there is no graph");
}

function asWritten({ kind, tasks, batch, graph }: StageGraph): StageGraph {
  return { kind, tasks, batch, graph };
}

const products = ({ nodes }: Graph): number => nodes.filter(({ op }) => op === "matmul").length;

test("a compiled prediction has merged weights, one for each task, and the products of the encoder alone", async () => {
  const { program } = compileFile(join(root, "merging.mtl"));
  const plan = program.plan("tune");
  const graphs = stageGraphs({
    specification: program.specification,
    plans: [plan],
    tasks: plan.tasks,
    kinds: ["predict"],
  });
  const encoder = compileFile(join(root, "plain.mtl")).program.plan("fit").predict("one", { batch: 1 });
  for (const each of graphs) {
    const graph = await compiled(each, tuned);
    const unmerged = await compiled(asWritten(each), tuned);
    const given = seeded(unmerged);
    const values = interpret(graph, given);
    for (const [name, expected] of interpret(unmerged, given))
      expect(relativeError(values.get(name) ?? [], expected)).toBeLessThan(1e-6);
    if (each.tasks.length === 1) expect(products(graph)).toBe(products(encoder));
    // The graph of both tasks cannot have one kernel for the values of both.
    else expect(products(graph)).toBe(products(unmerged));
  }
  expect(graphs.map(({ tasks }) => tasks.length)).toEqual([1, 1, 2]);
});

import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CheckpointFolder } from "../../runtime/checkpoint/checkpoint-folder.ts";
import { type Tensors, readModel } from "../../runtime/checkpoint/checkpoint.ts";
import { compileFile, train } from "../../runtime/index.ts";
import { RunFolder } from "../../runtime/run/run-folder.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const stage = (name: string, options: string): string =>
  `stage ${name} { optimizer: adamw(rate: 1e-2, weight_decay: 0.1)  batch: 4  steps: 2  checkpoint: checkpoint(every: 100%)  cache: off  ${options} }`;

const specification = `model adapters
param adapters: one of [plain, own, fused] = plain
modality words: text(max_length: 7, tokenizer: characters(40))
block insert(x: tokens, residual: tokens, norm: block): tokens {
  layer adapter = pfeiffer(reduction: 2)
  let chosen = if adapters == own then per_task(adapter) else fused(all_tasks(adapter, tasks: [one, two]))
  return if adapters == plain then x else adapted(x, chosen, residual: residual, norm: norm)
}
stream context = words -> bert(layers: 2, width: 8, heads: 2, after_ffn: insert)
task read { from: context.pooled  head: linear(2)  target: category("a", classes: 2) }
task one { from: context.pooled  head: linear(2)  target: category("a", classes: 2) }
task two { from: context.pooled  head: linear(2)  target: category("b", classes: 2) }
task both { from: context.pooled  head: linear(2)  target: category("b", classes: 2) }
dataset rows { path: "rows.jsonl"  split: { column: "split" }  tasks: [read, one, two, both] }
${stage("base", "tasks: [read]")}
${stage("first", 'tasks: [one]  with: { adapters: "own" }  freeze: all except ["**.adapter.**", "task.**"]')}
${stage("second", 'tasks: [two]  with: { adapters: "own" }  freeze: all except ["**.adapter.**", "task.**"]')}
${stage("compose", 'tasks: [both]  with: { adapters: "fused" }  freeze: all except ["**.adapter_attention.**", "task.**"]  loss: 0.01 * identity_penalty(weights("**.adapter_attention.value.kernel"))')}
`;

/** The weights at the end of each stage. */
let ends: ReadonlyMap<string, Tensors>;
let entry = "";

beforeAll(async () => {
  const root = await newFolder();
  entry = join(root, "adapters.mtl");
  writeFileSync(entry, specification);
  const rows = Array.from({ length: 24 }, (_, index) => ({
    words: `row ${index}`,
    a: index % 2 === 0 ? "even" : "odd",
    b: index % 3 === 0 ? "third" : "other",
    split: ["train", "train", "validation", "test"][index % 4],
  }));
  writeFileSync(join(root, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const runs = join(root, "runs");
  const names = ["base", "first", "second", "compose"];
  const checkpoints = (run: string) => new CheckpointFolder(new RunFolder(run).checkpoints);
  const kept: string[] = [];
  const onStage = ({ stage: begun }: { readonly stage: string }) => {
    const index = names.indexOf(begun);
    if (index < 1) return;
    const folder = join(root, `after-${names[index - 1]}`);
    cpSync(checkpoints(join(runs, "adapters-0001")).folderOf(`step-00000${2 * index}`), folder, { recursive: true });
    kept.push(folder);
  };
  const { folder } = await train({ specification: entry, runs, threads: 1, observer: { onStage } });
  const models = [...kept, checkpoints(folder).folderOf("step-000008")].map((each) => readModel(each));
  ends = new Map((await Promise.all(models)).map((model, index) => [names[index] ?? "", model]));
});

function changed(from: string, to: string): readonly string[] {
  const [before, after] = [ends.get(from), ends.get(to)];
  const bytes = (tensors: Tensors | undefined, name: string): Buffer =>
    Buffer.from((tensors?.get(name)?.data ?? expect.fail()).buffer);
  return [...(before?.keys() ?? [])].filter((name) => !bytes(before, name).equals(bytes(after, name)));
}

test("training adapters leaves every bit of the encoder as it was", () => {
  expect([...(ends.get("base")?.keys() ?? [])].filter((name) => name.startsWith("context."))).not.toHaveLength(0);
  expect(changed("base", "second")).toEqual([]);
  const own = [...(ends.get("first")?.keys() ?? [])].filter((name) => name.includes(".adapter.one."));
  expect(own).toHaveLength(8);
});

test("training the adapter of a task leaves what another task predicts as it was", () => {
  expect(changed("first", "second")).toEqual([]);
  const used = compileFile(entry)
    .program.plan("first")
    .weights.map(({ name }) => name);
  expect([...(ends.get("first")?.keys() ?? [])]).toEqual(expect.arrayContaining(used));
});

test("training the fusion leaves adapters and encoder as they were, and trains the fusion", () => {
  expect(changed("second", "compose")).toEqual([]);
  const { weights } = compileFile(entry).program.plan("compose");
  const trained = weights.filter(({ trainable }) => trainable).map(({ name }) => name);
  expect(trained.filter((name) => name.startsWith("context."))).toHaveLength(2 * 5);
  const name = trained.find((each) => each.endsWith("adapter_attention.value.kernel")) ?? "";
  const value = ends.get("compose")?.get(name)?.data;
  expect(value).toHaveLength(64);
  expect(Array.from(value ?? []).some((each, index) => each !== (index % 9 === 0 ? 1 : 0))).toBe(true);
});

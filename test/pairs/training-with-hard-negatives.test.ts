import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { load } from "../../runtime/model/load.ts";
import { generator } from "../../runtime/random/generator.ts";
import { resume, train } from "../../runtime/run/train.ts";

/** Names of two words, which a vector of two numbers for each word belongs to. A hard negative has the other words but one. */
const words = [
  ["red", "blue", "grey", "old", "wild"],
  ["fox", "cat", "tree", "boat", "house"],
] as const;
const random = generator(1, "hard negatives");
const nameOf = (places: readonly number[]): string => words.map((list, at) => list[places[at] ?? 0]).join(" ");

function rowOf(_: unknown, index: number) {
  const places = words.map((list) => Math.floor(random.uniform() * list.length));
  const left = places.flatMap((place) => [Math.cos(place), Math.sin(place)].map((x) => x + 0.1 * random.normal()));
  const row = { left, name: nameOf(places), even: (places[0] ?? 0) % 2 === 0 ? "yes" : "no" };
  // Every third row has no hard negative, and some have a word that no name has.
  const other =
    index % 5 === 0 ? `tame ${words[1][places[1] ?? 0]}` : nameOf(places.map((place, at) => (place + at) % 5));
  return index % 3 === 0 ? { ...row, wrong: null } : { ...row, wrong: other };
}
const rows = { train: Array.from({ length: 240 }, rowOf), test: Array.from({ length: 60 }, rowOf) };
const without = ({ left, name, even }: ReturnType<typeof rowOf>) => ({ left, name, even });

const specification = (tasks = "match", stage = ""): string => `model m
modality left: tensor([4])
modality name: text(max_length: 4, tokenizer: words(32))
modality wrong: like(name)
layer read = embed(16) -> mean -> linear(8)
task match {
  from: (left -> mlp(hidden: 32, outputs: 8), name -> read, wrong -> read)
  target: contrastive(left, name, width: 8, negatives: [wrong])
  metrics: [recall_at(1), median_rank]
}
task parity { from: wrong -> read -> linear(2)  target: category("even", classes: 2) }
dataset rows { path: { train: "train.jsonl", validation: "test.jsonl", test: "test.jsonl" }  tasks: [${tasks}]  bad_rows: 50% }
stage fit { tasks: [${tasks}]  optimizer: adamw(rate: 1e-2)  batch: 32  steps: 60  seed: 3  ${stage} }
`;

interface Project {
  readonly train?: readonly object[];
  readonly test?: readonly object[];
  readonly text?: string;
}

function project({ train: training = rows.train, test: testing = rows.test, text = specification() }: Project = {}) {
  const folder = mkdtempSync(join(tmpdir(), "mtl-hard-negatives-"));
  for (const [split, of] of Object.entries({ train: training, test: testing }))
    writeFileSync(join(folder, `${split}.jsonl`), of.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "m.mtl"), text);
  const file = join(folder, "m.mtl");
  return { specification: file, runs: join(folder, "runs"), engine: "onnx", threads: 1, tensorboard: false } as const;
}

const weightsOf = (folder: string): Buffer => readFileSync(join(folder, "model", "model.safetensors"));
const preprocessingOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "model", "preprocessing.json"), "utf8")) as {
    readonly tokenizers: Readonly<Record<string, { readonly model: { readonly vocab: object } }>>;
  };

let whole: Awaited<ReturnType<typeof train>>;
beforeAll(async () => {
  whole = await train(project());
});

test("a tower learns from rows with and without a hard negative", () => {
  const recall = whole.results.find(({ name, split }) => name === "recall_at" && split === "test");
  expect(recall?.value).toBeGreaterThan(0.6);
  expect(recall?.floor).toBeLessThan(0.1);
});

test("a text that is read like another one has its vocabulary, with the words of both", () => {
  const { tokenizers } = preprocessingOf(whole.folder);
  expect(tokenizers["wrong"]).toEqual(tokenizers["name"]);
  expect(Object.keys(tokenizers["name"]?.model.vocab ?? {})).toEqual(expect.arrayContaining(["tame", "fox", "red"]));
});

test("neither training nor evaluation reads the hard negatives of validation and test rows", async () => {
  const other = await train(project({ test: rows.test.map(without) }));
  expect(weightsOf(other.folder).equals(weightsOf(whole.folder))).toBe(true);
  expect(other.results).toEqual(whole.results);
});

test("the hard negatives of training rows make a difference, and a warning says where there are none", async () => {
  const warnings: string[] = [];
  const observer = { onWarning: (warning: string) => void warnings.push(warning) };
  const other = await train({ ...project({ train: rows.train.map(without) }), observer });
  expect(weightsOf(other.folder).equals(weightsOf(whole.folder))).toBe(false);
  expect(warnings).toContain("No training row of match has wrong, so it trains without hard negatives from it.");
});

test("a training that was interrupted ends with the same bits", async () => {
  const controller = new AbortController();
  const options = project();
  const observer = { onStep: ({ step }: { readonly step: number }) => step === 37 && controller.abort() };
  await expect(train({ ...options, interrupt: controller.signal, observer })).rejects.toMatchObject({
    kind: "interrupted",
  });
  const { folder } = await resume(join(options.runs, "m-0001"), { threads: 1 });
  expect(weightsOf(folder).equals(weightsOf(whole.folder))).toBe(true);
});

test("a prediction needs no hard negative, and one makes no difference", async () => {
  const model = await load(whole.folder, { engine: "onnx", threads: 1 });
  const [one] = rows.test;
  const { left = [], name = "" } = one ?? {};
  const plain = await model.predict({ left, name });
  expect(await model.predict({ left, name, wrong: "old boat" })).toEqual(plain);
  expect(await model.vectors([{ name }], { modality: "name" })).toHaveLength(1);
  await model.dispose();
});

test("a task that reads the same modality as its input trains and predicts beside it", async () => {
  const both = await train(project({ text: specification("match, parity", "step: joint") }));
  const model = await load(both.folder, { engine: "onnx", threads: 1 });
  const { left = [], name = "" } = rows.test[1] ?? {};
  const tasks = ["match", "parity"];
  const [found] = await model.predictTasks([{ left, name, wrong: "old boat" }], { tasks });
  expect(found?.["match"]).toMatchObject({ kind: "contrastive" });
  expect(found?.["parity"]).toMatchObject({ kind: "category" });
  expect(await model.predict({ left, name }, { task: "match" })).toMatchObject({ kind: "contrastive" });
  await expect(model.predict({ left, name }, { task: "parity" })).rejects.toThrow("wrong");
  await model.dispose();
});

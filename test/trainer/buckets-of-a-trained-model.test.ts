import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Prediction, RawExample, TrainedModel } from "../../runtime/index.ts";
import { evaluate, load, train } from "../../runtime/index.ts";
import { generator } from "../../runtime/random/generator.ts";
import { newFolder } from "./tiny-run.ts";

const specification = `
  model mail
  modality words: text(max_length: 16, buckets: [4, 8], tokenizer: characters(20))
  modality pair: text(max_length: 20, buckets: [12], segments: 2, tokenizer: characters(20))
  modality light: tensor(shape: [1, 2])
  layer table = embed(8)
  stream read = words -> table -> positions -> transformer(layers: 1, heads: 2, dropout: 20%)
  stream seen = light -> linear(8)
  stream both = bert(pair, layers: 1, width: 8, heads: 2)
  task kind { from: concat(read, seen) -> transformer(layers: 1, heads: 2) -> mean  head: linear(3)  target: category("kind", classes: 3) }
  task hidden { from: masked_positions(words) -> embed(8) -> cross_attend(read, heads: 2)  head: tied(table)  target: masked(words, rate: 30%) }
  task answer { from: both.pooled  head: linear(1)  target: ranking("answer") }
  dataset d { path: "d.jsonl"  split: { column: "split" }  tasks: [kind, hidden] }
  dataset e { path: "e.jsonl"  split: { column: "split" }  tasks: [answer]  columns: { pair: ["question", each("answers", max_candidates: 2)] } }
  stage s { optimizer: adam(rate: 0.01)  batch: 4  epochs: 2 }`;

const random = generator(1, "texts");
const textOf = (most: number): string =>
  Array.from({ length: 1 + random.below(most) }, () => "abcde"[random.below(5)]).join("");
const splitOf = (row: number) => ["train", "train", "validation", "test", "test"][row % 5];
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

let folder: string;
let whole: string;
beforeAll(async () => {
  const root = await newFolder();
  writeFileSync(join(root, "mail.mtl"), specification);
  writeFileSync(
    join(root, "d.jsonl"),
    lines(
      Array.from({ length: 80 }, (_, row) => ({
        split: splitOf(row),
        words: textOf(16),
        light: [[random.uniform(), 1]],
        kind: random.below(3),
      })),
    ),
  );
  writeFileSync(
    join(root, "e.jsonl"),
    lines(
      Array.from({ length: 30 }, (_, row) => ({
        split: splitOf(row),
        question: textOf(8),
        answers: [textOf(9), textOf(9)],
        answer: [1, 0],
      })),
    ),
  );
  folder = (
    await train({
      specification: join(root, "mail.mtl"),
      runs: join(root, "runs"),
      threads: 1,
      interrupt: new AbortController().signal,
    })
  ).folder;
  whole = join(root, "runs", "whole");
  cpSync(folder, whole, { recursive: true });
  for (const path of [join(whole, "spec.mtl"), join(whole, "model", "spec.mtl")])
    writeFileSync(path, specification.replaceAll(/buckets: \[[^\]]*\], /g, ""));
  // Another specification than was trained, on purpose.
  const manifest = join(whole, "model", "model.json");
  const { files: _files, seal: _seal, ...rest } = JSON.parse(readFileSync(manifest, "utf8"));
  writeFileSync(manifest, JSON.stringify(rest));
});

/** All numbers in a value; the next function gives the value without them. */
function numbersIn(value: unknown): readonly number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}
const withoutNumbers = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === "number" ? 0 : each)));

function expectAlike(found: unknown, wanted: unknown): void {
  expect(withoutNumbers(found)).toEqual(withoutNumbers(wanted));
  const numbers = numbersIn(wanted);
  expect(numbers.length).toBeGreaterThan(0);
  for (const [at, value] of numbersIn(found).entries())
    expect(Math.abs(value - (numbers[at] ?? NaN))).toBeLessThan(1e-5);
}

test("a split is measured as at the full length, with the same worst examples", async () => {
  expectAlike(await evaluate(folder, "test", { threads: 1 }), await evaluate(whole, "test", { threads: 1 }));
  const evaluations = (of: string) =>
    readdirSync(join(of, "evaluation"))
      .toSorted()
      .map((file) => ({ ...JSON.parse(readFileSync(join(of, "evaluation", file), "utf8")), seal: "" }));
  expect(evaluations(folder).length).toBeGreaterThan(3);
  expectAlike(evaluations(folder), evaluations(whole));
});

describe("predictions", () => {
  const examples: { readonly [task: string]: readonly RawExample[] } = {
    kind: Array.from({ length: 70 }, () => ({ words: textOf(16), light: [[random.uniform(), 0]] })),
    hidden: Array.from({ length: 40 }, () => ({ words: `${textOf(14)}[MASK]` })),
    answer: Array.from({ length: 40 }, () => ({
      pair: [textOf(8), [textOf(9), textOf(9)].slice(0, 1 + random.below(2))],
    })),
  };
  const withModel = async <Result>(of: string, use: (model: TrainedModel) => Promise<Result>): Promise<Result> => {
    const model = await load(of, { threads: 1 });
    return use(model).finally(() => model.dispose());
  };

  test.each(Object.keys(examples))("of %s are those of the full length, in the order of the examples", async (task) => {
    const predicted = (of: string): Promise<readonly Prediction[]> =>
      withModel(of, (model) => model.predictAll(examples[task] ?? [], { task }));
    expectAlike(await predicted(folder), await predicted(whole));
  });

  test("of one example are those among many", async () => {
    const [first = {}] = examples["kind"] ?? [];
    expectAlike(
      await withModel(folder, (model) => model.predict(first, { task: "kind" })),
      (await withModel(folder, (model) => model.predictAll(examples["kind"] ?? [], { task: "kind" })))[0],
    );
  });

  test.each<[string, RawExample]>([
    ["no text", { light: [[0, 1]] }],
    ["what cannot be read", { words: "a", light: [0] }],
  ])("are refused by the number of the example where it has %s", async (_, bad) => {
    const given = [...(examples["kind"] ?? []), bad];
    await expect(withModel(folder, (model) => model.predictAll(given, { task: "kind", before: 100 }))).rejects.toThrow(
      /Example 170 /,
    );
  });

  test("are refused by the number of the example where it has no [MASK]", async () => {
    const given = [...(examples["hidden"] ?? []), { words: "a" }];
    await expect(withModel(folder, (model) => model.predictAll(given, { task: "hidden" }))).rejects.toThrow(
      /Example 40 has no \[MASK\] in its words/,
    );
  });
});

import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Prediction, type TrainedModel, inspectStream, load } from "../../runtime/index.ts";
import { trained } from "../data/trained.ts";

const said = ["red fox", "blue whale", "old red barn and a green field", "a grey heron by the lake"];
const rows = Array.from({ length: 32 }, (_, row) => ({
  words: said[row % 4],
  x: [row / 32, (row % 5) / 5],
  split: row % 8 === 7 ? "validation" : "train",
  kind: row % 2 === 0 ? "even" : "odd",
  size: row / 4,
}));

/** Tasks over one text: one may lack it, one hides tokens of it, and the full length is compiled beside a shorter one. */
const specification = `model heads
modality words: text(max_length: 40, tokenizer: characters(size: 40), buckets: [16])
modality x: tensor(2)
layer read = embed(8) -> encoder_layer(heads: 2)
stream seen = x -> linear(8)
task kind { from: mean(words -> read) + seen  head: linear(2)  target: category("kind", classes: 2) }
task size { from: mean(concat(optional words -> read, seen -> as_token))  head: linear(1)  target: number("size") }
task hidden { from: masked_positions(words) -> embed(8) -> cross_attend(words -> read, heads: 2)  head: linear(40)  target: masked(words, rate: 15%) }
dataset rows { path: "rows.jsonl"  split: { column: "split" }  tasks: all }
stage fit { optimizer: adam(rate: 1e-2)  batch: 8  steps: 6  step: joint }
`;

let run: string;
let model: TrainedModel;
beforeAll(async () => {
  const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const { result } = await trained(specification, { "rows.jsonl": jsonl });
  run = result.folder;
  model = await load(run, { threads: 1 });
});
afterAll(() => model.dispose());

/** The numbers of a prediction and everything else of it. */
function parts(prediction: Prediction | undefined): { readonly numbers: readonly number[]; readonly rest: string } {
  const numbers: number[] = [];
  const rest = JSON.stringify(prediction, (_, value: unknown) => {
    if (typeof value !== "number") return value;
    numbers.push(value);
    return 0;
  });
  return { numbers, rest };
}

function expectSame(found: Prediction | undefined, expected: Prediction | undefined): void {
  const [one, other] = [parts(found), parts(expected)];
  expect(one.rest).toBe(other.rest);
  for (const [index, value] of other.numbers.entries()) expect(one.numbers[index]).toBeCloseTo(value, 5);
}

const masked = (row: number) => `${said[row % 4]?.slice(0, 3)}[MASK][MASK]`;

describe("several tasks of one model", () => {
  const tasks = ["kind", "size", "hidden"];
  const examples = Array.from({ length: 40 }, (_, row) => ({
    words: row % 3 === 0 ? `${masked(row)} and a text that is longer` : masked(row),
    x: [row / 40, 0.5],
  }));

  test("are predicted together as each by itself, at every length of the text", async () => {
    const together = await model.predictTasks(examples, { tasks });
    expect(together).toHaveLength(40);
    for (const task of tasks) {
      const alone = await model.predictAll(examples, { task });
      for (const [row, expected] of alone.entries()) expectSame(together[row]?.[task], expected);
    }
    const [one] = await model.predictTasks(examples.slice(4, 5), { tasks });
    for (const task of tasks) expectSame(one?.[task], together[4]?.[task]);
  });

  test("say in an inspection for which of them a stream is computed once", async () => {
    const { task, computedFor } = await inspectStream(run, { stream: "seen", row: 0, threads: 1 });
    expect([task, computedFor]).toEqual(["kind", ["kind", "size"]]);
  });

  test("name the example and the task's modality where one cannot use it", async () => {
    const rejected = model.predictTasks([{ words: "a[MASK]", x: [1, 2] }, { x: [1, 2] }], { tasks: ["size", "kind"] });
    await expect(rejected).rejects.toMatchObject({
      kind: "data",
      message: "Example 1 cannot be used: words: it has no words.",
    });
  });

  test("have a row each for the tasks that can use it, as each by itself", async () => {
    const table = [
      { words: "red[MASK]", x: [1, 2] },
      { x: [1, 2] },
      { words: "no mask at all", x: [0, 1] },
      { words: "a[MASK]", x: ["?", 1] },
    ];
    const lines = Readable.from(table.map((row) => `${JSON.stringify(row)}\n`));
    const found = [];
    for await (const row of model.predictRows({ lines, name: "stdin" }, { tasks, badRows: "keep" })) found.push(row);
    expect(found.map(({ predictions }) => Object.keys(predictions))).toEqual([
      tasks,
      ["size"],
      ["kind", "size"],
      ["hidden"],
    ]);
    expect(found[1]?.problems["kind"]).toContain("it has no words");
    expect(found[2]?.problems["hidden"]).toContain("has no [MASK] in its words");
    for (const [at, { predictions }] of found.entries())
      for (const task of Object.keys(predictions))
        expectSame(predictions[task], await model.predict(table[at] ?? {}, { task }));
  });
});

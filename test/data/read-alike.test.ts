import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { complaints, sound } from "../elaborate/harness.ts";
import { folderWith } from "./fixture.ts";

/** Pairs of values of one kind, each in columns of its own. */
const model = `model twins
modality pulse: series(steps: 2)
modality later: like(pulse)
modality patient: table(numeric: ["age"], categorical: { ward: 3 })
modality sibling: like(patient)
modality words: text(max_length: 4, tokenizer: words(16))
modality answer: like(words)
layer beat = linear(4) -> mean
layer person = embed_columns(4) -> mean
layer read = embed(4) -> mean
stream of = (pulse -> beat) + (later -> beat) + (patient -> person) + (sibling -> person) + (words -> read) + (answer -> read)
task t { from: of  head: linear(2)  target: category("c", classes: 2) }
task u { from: later -> beat  head: linear(2)  target: category("c", classes: 2) }
dataset rows {
  path: "rows.jsonl"
  split: { column: "set" }
  columns: { sibling: ["brother_age", "brother_ward"] }
  tasks: [t, u]
}
stage fit { optimizer: adamw(rate: 1e-2)  batch: 2  epochs: 1 }
`;

const rows = [
  {
    pulse: [1, 3],
    later: [5, 7],
    age: 10,
    ward: "a",
    brother_age: 30,
    brother_ward: "b",
    words: "one",
    answer: "two",
    c: "x",
    set: "train",
  },
  {
    pulse: [1, 3],
    later: [5, 7],
    age: 20,
    ward: "b",
    brother_age: 40,
    brother_ward: "b",
    words: "one",
    answer: "six",
    c: "y",
    set: "train",
  },
  {
    pulse: [9, 9],
    later: [9, 9],
    age: 90,
    ward: "z",
    brother_age: 90,
    brother_ward: "z",
    words: "ten",
    answer: "ten",
    c: "y",
    set: "test",
  },
];

async function opened() {
  const root = await folderWith({
    "model.mtl": model,
    "rows.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
  });
  const { specification } = compileFile(join(root, "model.mtl")).program;
  return { specification, data: await openData({ specification, root, cache: "none" }) };
}

describe("a modality that is read like another one", () => {
  test("has its statistics, categories and vocabulary, learnt from the training values of both", async () => {
    const { data } = await opened();
    const { statistics = {}, categories = {}, tokenizers } = data.preprocessing;
    expect(statistics["pulse"]?.means).toEqual([4]);
    expect(statistics["later"]).toEqual(statistics["pulse"]);
    expect(statistics["patient.numbers"]?.means).toEqual([25]);
    expect(statistics["sibling.numbers"]).toEqual(statistics["patient.numbers"]);
    expect(categories["patient"]).toEqual({ ward: ["b", "a"] });
    expect(categories["sibling"]).toEqual(categories["patient"]);
    const { model: learnt } = tokenizers["answer"] as { readonly model: { readonly vocab: object } };
    expect(tokenizers["words"]).toEqual(tokenizers["answer"]);
    expect(Object.keys(learnt.vocab)).toEqual(expect.arrayContaining(["one", "two", "six"]));
    expect(Object.keys(learnt.vocab)).not.toContain("ten");
  });

  test("has the other one's features for equal values, in columns of its own", async () => {
    const { data } = await opened();
    const { features } = await data.batch({ task: "t", split: "test", rows: [0], size: 1 });
    expect(features.get("later")).toEqual(features.get("pulse"));
    expect(features.get("answer.ids")).toEqual(features.get("words.ids"));
    expect(features.get("sibling.numbers")).toEqual(features.get("patient.numbers"));
  });

  test("is not the other one to a task that reads it alone", async () => {
    const { specification } = await opened();
    expect(specification.tasks["u"]?.inputs).toEqual([{ modality: "later", optional: false }]);
  });

  test("has the options of a modality that is declared with its kind", () => {
    const declared = (text: string): string => `model m\n${text}\nstream s = a -> identity\n`;
    expect(sound(declared("modality a: like(b)\nmodality b: tensor([3])")).specification.modalities["a"]).toEqual({
      kind: "tensor",
      shape: [3],
      like: "b",
    });
    expect(complaints(declared("modality a: like(b)\nmodality b: like(a)"))).toEqual(["wrong_type", "wrong_type"]);
    expect(complaints(declared("modality a: like(a)"))).toEqual(["wrong_type"]);
    expect(complaints(declared("modality a: like(c)\nmodality b: tensor([3])"))).toEqual(["unknown_name"]);
  });
});

import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { MeasuredValue } from "../../runtime/index.ts";
import { folderWith, mtl } from "./run.ts";

/** Word pieces divide most words into several tokens. */
const model = `model tagger
modality words: text(max_length: 20, tokenizer: word_piece(48))
task names {
  from: words -> embed(16) -> positions -> transformer(layers: 1, heads: 2, dropout: 0%)
  head: linear(3)
  target: tags(words, "tags", classes: ["O", "B-PER", "B-LOC"])
  metrics: [span_f1, accuracy, perplexity]
}
dataset sentences { path: "sentences.jsonl"  split: { train: 70%, validation: 15%, test: 15% }  tasks: [names] }
stage fit { optimizer: adamw(rate: 0.01)  batch: 16  steps: 100 }
`;

const vocabulary = ["anna", "otto", "ida", "river", "stone", "bread", "glass", "under", "essen", "house"];
const kinds: { readonly [word: string]: string } = { anna: "B-PER", otto: "B-PER", ida: "B-LOC", essen: "B-LOC" };
const rows = Array.from({ length: 400 }, (_, row) => {
  const words = Array.from(
    { length: 3 + (row % 3) },
    (_word, index) => vocabulary[(row * 7 + index * (1 + (row % 4))) % 10] ?? "",
  );
  return { words: words.join(" "), tags: words.map((word) => kinds[word] ?? "O") };
});

let cwd = "";
const run = async (...argv: readonly string[]) => {
  const { code, stdout, stderr } = await mtl(argv, { cwd });
  expect([code, stderr.includes("error")], `${argv.join(" ")}: ${stdout}${stderr}`).toEqual([0, false]);
  return stdout;
};

beforeAll(async () => {
  cwd = folderWith({
    "tagger.mtl": model,
    "sentences.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
    "few.csv": 'words,tags\nanna ida stone,B-PER B-LOC O\nriver,"[""O""]"\nida river,O\n',
  });
  await run("train", "tagger.mtl");
}, 120_000);

test("learns a tag for each word, whatever its tokens", async () => {
  const values = JSON.parse(await run("eval", "runs/tagger-0001", "--json")) as readonly MeasuredValue[];
  const valueOf = (name: string) => values.find((each) => each.name === name)?.value;
  expect(valueOf("span_f1")).toBeGreaterThan(0.95);
  expect(valueOf("accuracy")).toBeGreaterThan(0.95);
  expect(values.find(({ name }) => name === "accuracy")?.floor).toBeLessThan(0.8);
});

test("predicts a tag for each word of a text", async () => {
  const printed = await run("predict", "runs/tagger-0001", "--input", "words=bread anna ida");
  const { tags, probabilities } = JSON.parse(printed) as { readonly tags: unknown; readonly probabilities: unknown[] };
  expect([tags, probabilities.length]).toEqual([["O", "B-PER", "B-LOC"], 3]);
});

test("reads tags as a list or with white space between, and reports a row with another number of them", async () => {
  const { stderr, stdout } = await mtl(["eval", "runs/tagger-0001", "--data", "few.csv"], { cwd });
  expect(stderr).toContain("it has 1 tag for 2 words of the text");
  expect(stdout).toContain("span_f1");
});

test("has synthetic data that trains, a smoke test, a picture and a cost", async () => {
  await run("data", "synth", "tagger.mtl", "--rows", "30", "--out", "made");
  await run("smoke", "tagger.mtl");
  await run("train", join("made", "tagger.mtl"), "--steps", "2");
  expect(await run("graph", "tagger.mtl", "--format", "mermaid")).toContain("a tag of 3 for each word of words");
  await run("check", "tagger.mtl", "--cost");
  await run("compile", "runs/tagger-0001", "--format", "onnx", "--output", "compiled", "--graphs", "predict");
});

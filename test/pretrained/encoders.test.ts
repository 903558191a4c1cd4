import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inspectStream } from "../../runtime/model/inspect-stream.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const fixtures = join(packageRoot(), "test", "pretrained", "fixtures");

/** The results of transformers for an example, as `make-encoders.py` wrote them. */
interface Expected {
  readonly texts: readonly string[];
  readonly tokens: readonly (readonly number[])[];
  readonly pooled?: readonly number[];
}

/** A folder with the files of an encoder, its examples as rows, and a specification that starts from its weights. */
async function folderOf(name: string, files: readonly string[], specification: string): Promise<string> {
  const root = await newFolder();
  for (const file of ["model.safetensors", ...files]) copyFileSync(join(fixtures, name, file), join(root, file));
  const rows = expectedOf(name).map(({ texts }) => ({ first: texts[0], second: texts[1], kind: 0 }));
  writeFileSync(join(root, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const entry = join(root, "model.mtl");
  writeFileSync(entry, specification);
  return entry;
}

function expectedOf(name: string): readonly Expected[] {
  return JSON.parse(readFileSync(join(fixtures, name, "expected.json"), "utf8")) as readonly Expected[];
}

const ofTexts = (text: string, stream: string, init: string): string => `model foreign
modality words: text(max_length: 39, ${text})
stream context = words -> ${stream}
task kind { from: context.pooled  head: linear(2)  target: category("kind", classes: 2) }
dataset rows { path: "rows.jsonl"  columns: { words: ["first", "second"] }  split: { train: 100%, validation: 0%, test: 0% }  tasks: [kind] }
stage fit { init: from("model.safetensors", ${init})  optimizer: sgd(rate: 0)  batch: 2  steps: 1 }
`;

/** The largest difference between the values of a stream and those of transformers, over all examples. */
async function difference(entry: string, name: string, stream: string): Promise<number> {
  const differences: number[] = [];
  for (const [row, { tokens, pooled }] of expectedOf(name).entries()) {
    const { values } = await inspectStream(entry, { stream, row, threads: 1 });
    const theirs = stream.endsWith("pooled") ? (pooled ?? []) : tokens.flat();
    expect(theirs.length).toBeGreaterThan(0);
    differences.push(...theirs.map((value, index) => Math.abs(value - Number(values[index]))));
  }
  return Math.max(...differences);
}

describe("BERT", () => {
  test("gives the hidden states of transformers, from its vocab.txt and its weights", async () => {
    const entry = await folderOf(
      "bert",
      ["vocab.txt"],
      ofTexts(
        'segments: 2, separators: after, tokenizer: word_piece(200, file: "vocab.txt"), lowercase: true',
        "bert(layers: 2, width: 16, heads: 2)",
        "as: bert",
      ),
    );
    expect(await difference(entry, "bert", "context.tokens")).toBeLessThan(1e-5);
    expect(await difference(entry, "bert", "context.pooled")).toBeLessThan(1e-5);
  });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareDigits } from "../../examples/data/digits.ts";
import { prepareNumbers } from "../../examples/data/numbers.ts";
import { preparePronunciations } from "../../examples/data/pronunciations.ts";
import { prepareTexts } from "../../examples/data/texts.ts";
import { prepareUneven } from "../../examples/data/uneven.ts";
import type { DecodingChoice } from "../../runtime/decode/decoding-choice.ts";
import { exportTorch } from "../../runtime/export/torch/export-torch.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type RawExample, load, train } from "../../runtime/index.ts";
import { copyWithFewerRows } from "../examples/fewer-rows.ts";

/** Texts that an exported model generates, beside those of mtl. */
const python = process.env["PYTHON"] ?? "python3";
const packages = ["torch", "safetensors", "tokenizers", "PIL"];
const isThere = spawnSync(python, ["-c", packages.map((name) => `import ${name}`).join("\n")]).status === 0;
const skipped = isThere ? "" : ` (skipped: ${python} lacks one of ${packages.join(", ")}; PYTHON= names one)`;

const examples = join(packageRoot(), "examples");
const data = (name: string): string => join(examples, "data", name);
let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "mtl-generation-"));
  if (!isThere) return;
  await prepareDigits(data("digits"));
  await prepareNumbers(data("numbers"));
  await preparePronunciations(data("pronunciations"));
  await prepareTexts(data("texts"));
  await prepareUneven(data("uneven"));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface GenerationCase {
  readonly task: string;
  readonly inputs: readonly string[];
  readonly table: string;
  /** The columns of the inputs, where they have other names. */
  readonly columns?: { readonly [input: string]: string };
  readonly among: readonly string[];
  readonly after?: string;
}

/** Trains an example on a few rows, without metrics that generate texts. Returns the folder of the run. */
async function trainedALittle(example: string): Promise<string> {
  const specification = copyWithFewerRows(examples, `${example}.mtl`, root);
  const source = readFileSync(specification, "utf8");
  writeFileSync(specification, source.replaceAll(/metrics: \[.*exact_match.*\]/g, "metrics: [accuracy]"));
  const { folder } = await train({ specification, runs: join(root, "runs"), steps: 12, threads: 1 });
  return folder;
}

/** A text beside a text, a text behind a picture, and a text by a decoder that reads the state of a token. */
const cases: { readonly [example: string]: GenerationCase } = {
  pronounce: {
    task: "pronounce",
    inputs: ["word"],
    table: "data/pronunciations/pronunciations.jsonl",
    among: ["hæm", "rʌk", "kæts"],
  },
  captioner: {
    task: "caption",
    inputs: ["picture"],
    table: "data/numbers/numbers.jsonl",
    among: ["seven hundred", "one"],
    after: "digit_reader",
  },
  hypergrid_text: {
    task: "genre",
    inputs: ["words"],
    table: "data/texts/genre.jsonl",
    columns: { words: "sentence" },
    among: ["news", "lore"],
  },
};

const program = `
import json, sys, torch
from safetensors.torch import load_file
from generation import generate
from model import Model
from preprocess import Preprocessor
model = Model()
model.load_state_dict(load_file("model.safetensors"), strict=True)
asked = json.loads(open(sys.argv[1], encoding="utf-8").read())
for decoding in asked["decodings"]:
    print(json.dumps(generate(model, Preprocessor("."), asked["task"], asked["examples"], decoding)))
`;

test.skipIf(!isThere).each(Object.entries(cases))(
  `%s generates the texts of mtl, greedily and by a beam${skipped}`,
  { timeout: 300_000 },
  async (name, { task, inputs, table, columns = {}, among, after }) => {
    if (after !== undefined) await trainedALittle(after);
    const run = await trainedALittle(name);
    const folder = join(root, `${name}-torch`);
    await exportTorch(folder, { source: run });
    const rows = readFileSync(join(root, table), "utf8")
      .split("\n")
      .slice(0, 6)
      .map((line) => JSON.parse(line) as { readonly [column: string]: string })
      .map((row): RawExample => Object.fromEntries(inputs.map((input) => [input, row[columns[input] ?? input] ?? ""])));
    const decodings: readonly Exclude<DecodingChoice, string>[] = [
      { kind: "greedy" },
      { kind: "beam", width: 3 },
      { kind: "beam", width: 2, length_penalty: 0, among },
    ];
    const asked = join(root, `${name}.json`);
    // A draw among one token is the most probable token.
    const sampled = { kind: "sample", top_k: 1 };
    writeFileSync(asked, JSON.stringify({ task, examples: rows, decodings: [...decodings, sampled] }));
    const { status, stdout, stderr } = spawnSync(python, ["-c", program, asked], { cwd: folder, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const found = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as readonly { readonly text: string; readonly probability: number }[]);
    const model = await load(run, { folder: root, threads: 1 });
    for (const [index, decode] of decodings.entries()) {
      const wanted = await model.predictAll(rows, { task, decode });
      const own = found[index] ?? [];
      expect(own.map(({ text }) => text)).toEqual(
        wanted.map((prediction) => (prediction.kind === "sequence" ? prediction.text : "")),
      );
      for (const [row, prediction] of wanted.entries())
        if (prediction.kind === "sequence") expect(own[row]?.probability).toBeCloseTo(prediction.probability, 5);
    }
    expect(found[decodings.length]).toEqual(found[0]);
    expect(found[2]?.every(({ text }) => among.includes(text))).toBe(true);
    await model.dispose();
  },
);

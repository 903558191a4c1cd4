import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { type StoredTensor, writeSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { train } from "../../runtime/index.ts";
import { newFolder } from "../trainer/tiny-run.ts";

/**
 * A vocabulary in BERT's layout: special tokens among unused ones, a blank line, and a word that occurs twice, of which
 * the later one counts.
 */
const bert = ["[PAD]", "[unused1]", "a", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog", "", "cat", "##s", "cat", "fox"];
/**
 * A vocabulary in RoBERTa's layout: the special tokens have other names and ids, and the mask is an added token at the
 * end.
 */
const roberta = ["<s>", "<pad>", "</s>", "<unk>", ..."abcdfgostx".split(""), "Ġ", "<mask>"];
const ours = { "[PAD]": "<pad>", "[UNK]": "<unk>", "[SEP]": "</s>", "[MASK]": "<mask>" } as {
  readonly [token: string]: string;
};

const robertaDocument = {
  version: "1.0",
  added_tokens: roberta.flatMap((content, id) =>
    content.length > 1
      ? [{ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false }]
      : [],
  ),
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  post_processor: null,
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
  model: {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: "",
    end_of_word_suffix: "",
    fuse_unk: false,
    byte_fallback: false,
    vocab: Object.fromEntries(roberta.slice(0, -1).map((token, id) => [token, id])),
    merges: [],
  },
};

const specification = (tokenizer: string, init: string) => `model pets
modality words: text(max_length: 8, tokenizer: ${tokenizer})
task kind { from: mean(words -> embed(4))  head: linear(2)  target: category("kind", classes: 2) }
dataset sayings { path: "sayings.jsonl"  split: { train: 100%, validation: 0%, test: 0% }  tasks: [kind] }
stage fit { init: from(${init}, rename: { "embeddings.word.weight": "task.kind.embed.table" })  optimizer: sgd(rate: 0)  batch: 8  steps: 1 }
`;

/** Row i of a table is i everywhere, so that a row says where it came from. */
function table(rows: number): StoredTensor {
  return {
    dtype: "F32",
    shape: [rows, 4],
    data: Float32Array.from({ length: rows * 4 }, (_, index) => Math.floor(index / 4)),
  };
}

let root: string;
beforeAll(async () => {
  root = await newFolder();
  const sayings = Array.from({ length: 40 }, (_, index) => ({
    words: index % 2 === 0 ? "a dog" : "cat fox",
    kind: index % 2,
  }));
  writeFileSync(join(root, "sayings.jsonl"), sayings.map((row) => JSON.stringify(row)).join("\n"));
  writeFileSync(join(root, "vocab.txt"), `${bert.join("\n")}\n`);
  mkdirSync(join(root, "roberta"));
  writeFileSync(join(root, "roberta/tokenizer.json"), JSON.stringify(robertaDocument));
  await writeSafetensors(join(root, "roberta/model.safetensors"), {
    tensors: new Map([["embeddings.word.weight", table(roberta.length)]]),
    metadata: new Map(),
  });
  mkdirSync(join(root, "bare"));
  // Files are often padded to more rows than there are tokens.
  await writeSafetensors(join(root, "bare/bert.safetensors"), {
    tensors: new Map([["embeddings.word.weight", table(16)]]),
    metadata: new Map(),
  });
});

async function begun(tokenizer: string, init: string) {
  const entry = join(root, "pets.mtl");
  writeFileSync(entry, specification(tokenizer, init));
  const notes: string[] = [];
  const { folder } = await train({
    specification: entry,
    runs: join(root, "runs"),
    threads: 1,
    interrupt: new AbortController().signal,
    observer: { onNote: (note) => void notes.push(note) },
  });
  const weights = await readTensors(join(folder, "model/model.safetensors"));
  const found = [...weights].find(([name]) => name.endsWith(".table"));
  const document = JSON.parse(readFileSync(join(folder, "model/preprocessing.json"), "utf8")).tokenizers.words as {
    readonly model: { readonly vocab: { readonly [token: string]: number } };
  };
  const rowOf = (token: string): number | undefined => found?.[1].data[4 * (document.model.vocab[token] ?? -1)];
  return {
    key: found?.[0],
    rowOf,
    notes: notes.join("\n"),
    report: JSON.parse(readFileSync(join(folder, "starts/fit.json"), "utf8")),
    vocab: Object.keys(document.model.vocab),
  };
}

describe("an embedding table of a bare file", () => {
  test("in the order of BERT's vocab.txt is taken by token", async () => {
    const { rowOf, vocab, notes, report } = await begun('word_piece(20, file: "vocab.txt")', '"bare/bert.safetensors"');
    const rows = Object.fromEntries(vocab.map((token) => [token, rowOf(token)]));
    expect(rows).toEqual({
      "[PAD]": 0,
      "[UNK]": 3,
      "[SEP]": 5,
      "[MASK]": 6,
      "[unused1]": 1,
      a: 2,
      "[CLS]": 4,
      dog: 7,
      cat: 11,
      "##s": 10,
      fox: 12,
    });
    expect(report).toMatchObject({ vocabularies: { words: "vocab.txt" }, partly: [{ taken: 11, fresh: 9 }] });
    expect(notes).toContain("rows of words by token, in the order of vocab.txt");
  });

  test("in the order of RoBERTa's tokenizer.json is taken by token", async () => {
    const { rowOf, vocab } = await begun(
      `bpe(${roberta.length}, file: "roberta/tokenizer.json")`,
      '"roberta/model.safetensors"',
    );
    expect(vocab).toHaveLength(roberta.length);
    for (const token of vocab) expect([token, rowOf(token)]).toEqual([token, roberta.indexOf(ours[token] ?? token)]);
  });

  test("goes by the tokenizer beside it where the model learns its own vocabulary", async () => {
    const { rowOf } = await begun("characters(40)", '"roberta/model.safetensors"');
    expect(["a", "d", "[UNK]", "[MASK]"].map(rowOf)).toEqual(
      ["a", "d", "<unk>", "<mask>"].map((token) => roberta.indexOf(token)),
    );
  });

  test("is refused where the tokenizer beside it is damaged", async () => {
    mkdirSync(join(root, "damaged"));
    writeFileSync(join(root, "damaged/tokenizer.json"), "{");
    await writeSafetensors(join(root, "damaged/model.safetensors"), {
      tensors: new Map([["embeddings.word.weight", table(40)]]),
      metadata: new Map(),
    });
    await expect(begun("characters(40)", '"damaged/model.safetensors"')).rejects.toMatchObject({
      kind: "data",
      message: expect.stringContaining("The vocabulary tokenizer.json, which says which row") as string,
    });
  });

  test("is refused where nothing says which token a row is, with what is missing", async () => {
    await expect(begun("characters(16)", '"bare/bert.safetensors"')).rejects.toMatchObject({
      message: expect.stringMatching(
        /bare\/bert\.safetensors does not say which tokens of words the rows of .*\.table belong to/,
      ) as string,
      help: expect.stringContaining("tokenizer.json or vocab.txt") as string,
    });
  });
});

test("categories of a table are taken by name from another run, whose rows they have in another order", async () => {
  const model = (init: string) => `model paints
modality paint: table(numeric: ["age"], categorical: { colour: 4 })
task kind { from: mean(paint -> embed_columns(4))  head: linear(2)  target: category("kind", classes: 2) }
dataset samples { path: "samples.jsonl"  split: { train: 60%, validation: 20%, test: 20% }  tasks: [kind] }
stage fit { ${init}  optimizer: sgd(rate: 0)  batch: 8  steps: 1 }
`;
  const trained = async (init: string, often: string, seldom: string) => {
    const rows = Array.from({ length: 60 }, (_, index) => ({
      paint: 0,
      age: index,
      colour: index % 4 === 0 ? seldom : often,
      kind: index % 2,
    }));
    writeFileSync(join(root, "samples.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
    writeFileSync(join(root, "paints.mtl"), model(init));
    const { folder } = await train({
      specification: join(root, "paints.mtl"),
      runs: join(root, "runs"),
      threads: 1,
      interrupt: new AbortController().signal,
    });
    const weights = await readTensors(join(folder, "model/model.safetensors"));
    const table = [...weights].find(([, { shape }]) => shape[0] === 8)?.[1].data ?? new Float32Array(0);
    const { categories } = JSON.parse(readFileSync(join(folder, "model/preprocessing.json"), "utf8"));
    const place = (colour: string) => 4 + (categories.paint.colour as readonly string[]).indexOf(colour);
    return {
      folder,
      rowOf: (colour: string) => Array.from(table.slice(4 * place(colour), 4 * place(colour) + 4)),
      order: categories.paint.colour as readonly string[],
    };
  };
  const first = await trained("", "red", "blue");
  const second = await trained(`init: from("${first.folder.split("/").at(-1) ?? ""}")`, "blue", "red");
  expect([first.order, second.order]).toEqual([
    ["red", "blue"],
    ["blue", "red"],
  ]);
  for (const colour of ["red", "blue"]) expect(second.rowOf(colour)).toEqual(first.rowOf(colour));
});

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readVocabulary } from "../../runtime/data/tokenizers/read-vocabulary.ts";
import { textEncoding } from "../../runtime/data/tokenizers/text-encoding.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { newFolder } from "../trainer/tiny-run.ts";

const folder = join(packageRoot(), "test", "pretrained");
const json = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));

const languages = ["bn", "de", "en", "fr", "hi", "hu", "ja", "ko", "ru", "th", "uk", "vi", "zh"];

interface Emoji {
  readonly label: string;
  readonly emoji: string;
  readonly tags?: readonly string[];
}

/** The texts of `make-tokenizers.py`. */
const texts = [
  ...languages.flatMap((language) => {
    const emoji = json(packageRoot(), "node_modules", "emojibase-data", language, "data.json") as readonly Emoji[];
    return emoji
      .slice(0, 1600)
      .filter((_, index) => index % 20 === 0)
      .map((each) => `${each.label} ${each.emoji}, ${(each.tags ?? []).join(" ")}!`);
  }),
  ...(json(folder, "odd-texts.json") as readonly string[]),
];

const expected = json(folder, "fixtures", "tokenizers", "expected.json") as {
  readonly texts: number;
  readonly hashes: { readonly [tokenizer: string]: string };
};

test.each([
  ["uncased", "uncased-vocab.txt", "WordPiece", true],
  ["uncased", "uncased-tokenizer.json", "WordPiece", false],
  ["cased", "cased-vocab.txt", "WordPiece", false],
  ["roberta", "roberta-tokenizer.json", "BPE", false],
  ["roberta", "roberta-merges.txt", "BPE", false],
  ["clip", "clip-tokenizer.json", "BPE", false],
  ["clip", "clip-merges.txt", "BPE", false],
] as const)("a thousand texts have the tokens of transformers' %s by %s", async (name, file, model, lowercase) => {
  expect(texts).toHaveLength(expected.texts);
  const path = join(folder, "fixtures", "tokenizers", file);
  const document = await readVocabulary({ path, name: file, model, lowercase });
  const encoding = textEncoding(document);
  const tokens = new Map(Object.entries(document.model.vocab).map(([token, id]) => [id, token]));
  const hashOf = (text: string): string =>
    createHash("sha256")
      .update(
        encoding
          .encode(text)
          .map((id) => tokens.get(id))
          .join(" "),
      )
      .digest("hex")
      .slice(0, 4);
  const others = texts.filter((text, index) => hashOf(text) !== expected.hashes[name]?.slice(4 * index, 4 * index + 4));
  expect(others).toEqual([]);
});

test("a Unigram model is refused by its name", async () => {
  const path = join(await newFolder(), "tokenizer.json");
  writeFileSync(path, JSON.stringify({ model: { type: "Unigram", unk_id: 0, vocab: [["<unk>", 0]] } }));
  await expect(readVocabulary({ path, name: "tokenizer.json", model: "BPE", lowercase: false })).rejects.toMatchObject({
    message: expect.stringContaining("holds a Unigram model") as string,
  });
});

import * as fc from "fast-check";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fitTokenizer } from "../../runtime/data/tokenizers/index.ts";
import { learnBpe } from "../../runtime/data/tokenizers/learn-bpe.ts";
import { learnCharacters } from "../../runtime/data/tokenizers/learn-characters.ts";
import { learnWords } from "../../runtime/data/tokenizers/learn-words.ts";
import { learnWordPiece } from "../../runtime/data/tokenizers/learn-word-piece.ts";
import { specialIds, specialTokens } from "../../runtime/data/tokenizers/special-tokens.ts";
import { textEncoding } from "../../runtime/data/tokenizers/text-encoding.ts";
import type { TokenizerDocument } from "../../runtime/data/tokenizers/tokenizer-document.ts";
import { folderWith, text } from "./fixture.ts";

const texts = ["the cat sat on the mat", "the cats sat on that mat", "a hat, the hat!", "that cat's hat"];
const learners = { bpe: learnBpe, word_piece: learnWordPiece, characters: learnCharacters, words: learnWords };

function vocabularyOf(document: TokenizerDocument): string[] {
  return Object.entries(document.model.vocab)
    .sort(([, left], [, right]) => left - right)
    .map(([token]) => token);
}

function tokensOf(document: TokenizerDocument, sentence: string): (string | undefined)[] {
  const tokens = vocabularyOf(document);
  return textEncoding(document)
    .encode(sentence)
    .map((id) => tokens[id]);
}

describe.each(Object.entries(learners))("%s", (_, learn) => {
  test("is the same for the same texts in any order", () => {
    const document = JSON.stringify(learn(texts, { size: 300, lowercase: false }));
    expect(JSON.stringify(learn(texts.toReversed(), { size: 300, lowercase: false }))).toBe(document);
  });

  test("never exceeds its size, counts ids without gaps and puts the special tokens first", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 30 })),
        fc.integer({ min: 260, max: 400 }),
        (sentences, size) => {
          const { vocab } = learn(sentences, { size, lowercase: false }).model;
          const ids = Object.values(vocab).sort((left, right) => left - right);
          expect(ids.length).toBeLessThanOrEqual(size);
          expect(ids).toEqual(ids.map((_id, index) => index));
          expect(specialTokens.map((token) => vocab[token])).toEqual(Object.values(specialIds));
        },
      ),
      { numRuns: 30 },
    );
  });

  test("folds case where it is asked to", () => {
    const encoding = textEncoding(learn(texts, { size: 300, lowercase: true }));
    expect(encoding.encode("The CAT")).toEqual(encoding.encode("the cat"));
    expect(encoding.encode("The CAT")).not.toContain(specialIds.unknown);
  });

  test("has no token for empty text, and never a special one for text that looks like it", () => {
    const encoding = textEncoding(learn(texts, { size: 300, lowercase: false }));
    expect(encoding.encode("")).toEqual([]);
    for (const special of [specialIds.padding, specialIds.separator, specialIds.mask])
      expect(encoding.encode("the [MASK] [PAD][SEP] cat")).not.toContain(special);
  });
});

describe("byte-level BPE", () => {
  const document = learnBpe(texts, { size: 320, lowercase: false });
  const encoding = textEncoding(document);

  test("gives every text back", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constantFrom(...texts)),
        (sentence) => {
          expect(encoding.decode(encoding.encode(sentence))).toBe(sentence);
        },
      ),
    );
  });

  test("merges the most frequent pair first, the earlier one of two equal", () => {
    const merges = learnBpe(["cd", "ab", "xyz", "cd", "xyz", "ab", "xyz"], { size: 264, lowercase: false }).model[
      "merges"
    ];
    expect(merges).toEqual([
      ["x", "y"],
      ["xy", "z"],
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  test("knows frequent words whole", () => {
    expect(tokensOf(document, "sat on the mat")).toEqual(["s", "at", "Ġon", "Ġthe", "Ġmat"]);
  });

  test("stops where nothing is left to merge", () => {
    expect(vocabularyOf(learnBpe(["aa", "aa"], { size: 1000, lowercase: false }))).toHaveLength(4 + 256 + 1);
  });
});

describe("WordPiece", () => {
  test("takes the longest piece first, continuations marked", () => {
    const document = learnWordPiece(["un able", "unable", "able table", "able"], { size: 40, lowercase: false });
    expect(tokensOf(document, "table unable")).toEqual(expect.arrayContaining(["un"]));
    expect(tokensOf(document, "able")).toEqual(["able"]);
    expect(tokensOf(document, "able?")).toEqual(["able", "[UNK]"]);
  });
});

describe("characters", () => {
  test("keep the most frequent ones; others are unknown", () => {
    const document = learnCharacters(["aaab", "bb🙂🙂🙂", "c"], { size: 7, lowercase: false });
    expect(vocabularyOf(document)).toEqual([...specialTokens, "a", "b", "🙂"]);
    expect(textEncoding(document).encode("a🙂c")).toEqual([4, 6, specialIds.unknown]);
    expect(textEncoding(document).decode([4, 6, 5])).toBe("a🙂b");
  });
});

describe("words", () => {
  test("are between white space, and a text has as many tokens", () => {
    const document = learnWords(["the cat sat , the", "a ##t ; the  cat"], { size: 7, lowercase: false });
    expect(vocabularyOf(document)).toEqual([...specialTokens, "the", "cat", "##t"]);
    expect(textEncoding(document).encode("The cat cat##t  the,")).toEqual([1, 5, 1, 1]);
    expect(textEncoding(document).decode([4, 6, 5])).toBe("the ##t cat");
  });
});

describe("a vocabulary file", () => {
  const fit = async (
    files: { readonly [path: string]: string },
    tokenizer: { kind: "bpe" | "word_piece"; size: number; file: string },
  ): Promise<TokenizerDocument> => {
    const folder = await folderWith(files);
    return fitTokenizer(
      { ...text, tokenizer, lowercase: true },
      { modality: "words", texts: [], resolve: (file) => Promise.resolve(join(folder, file)) },
    );
  };
  const bert = "[PAD]\n[unused0]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\ncaf\n##e\n";

  test("vocab.txt is read as BERT's, special tokens moved to the first ids", async () => {
    const document = await fit({ "vocab.txt": bert }, { kind: "word_piece", size: 9, file: "vocab.txt" });
    expect(vocabularyOf(document)).toEqual([...specialTokens, "[unused0]", "[CLS]", "the", "caf", "##e"]);
    expect(tokensOf(document, "The café dog")).toEqual(["the", "caf", "##e", "[UNK]"]);
  });

  test("tokenizer.json is read back as it was written", async () => {
    const learnt = learnBpe(texts, { size: 300, lowercase: true });
    const document = await fit(
      { "tokenizer.json": JSON.stringify(learnt) },
      { kind: "bpe", size: 300, file: "tokenizer.json" },
    );
    for (const sentence of texts)
      expect(textEncoding(document).encode(sentence)).toEqual(textEncoding(learnt).encode(sentence));
  });

  test("of another maker has its special tokens moved and its other added tokens kept", async () => {
    const foreign = {
      added_tokens: [
        { id: 0, content: "<s>", special: true },
        { id: 2, content: "</s>", special: true },
        { id: 6, content: "@@", special: false },
      ],
      normalizer: null,
      pre_tokenizer: { type: "Whitespace" },
      post_processor: null,
      decoder: null,
      model: {
        type: "BPE",
        vocab: { "<s>": 0, "<unk>": 1, "</s>": 2, a: 3, b: 4, ab: 5 },
        merges: ["a b"],
        unk_token: "<unk>",
      },
    };
    const document = await fit(
      { "tokenizer.json": JSON.stringify(foreign) },
      { kind: "bpe", size: 12, file: "tokenizer.json" },
    );
    expect(tokensOf(document, "AB ba @@ x")).toEqual(["ab", "b", "a", "@@", "[UNK]"]);
    expect(document.model.vocab["[SEP]"]).toBe(specialIds.separator);
  });

  test.each<[string, { [path: string]: string }, { kind: "bpe" | "word_piece"; size: number; file: string }, RegExp]>([
    [
      "is larger than declared",
      { "v.txt": bert },
      { kind: "word_piece", size: 8, file: "v.txt" },
      /has 9 tokens.*8 are declared/,
    ],
    ["is not there", {}, { kind: "bpe", size: 300, file: "v.json" }, /cannot be read/],
    ["is a list for BPE", { "v.txt": bert }, { kind: "bpe", size: 300, file: "v.txt" }, /only word_piece/],
    ["is not JSON", { "v.json": "{" }, { kind: "bpe", size: 300, file: "v.json" }, /not JSON/],
    ["has no model", { "v.json": "{}" }, { kind: "bpe", size: 300, file: "v.json" }, /no model/],
    [
      "holds another model",
      { "v.json": JSON.stringify(learnWordPiece(texts, { size: 50, lowercase: false })) },
      { kind: "bpe", size: 300, file: "v.json" },
      /WordPiece model where BPE/,
    ],
  ])("that %s is an error", async (_, files, tokenizer, message) => {
    await expect(fit(files, tokenizer)).rejects.toMatchObject({
      kind: "data",
      message: expect.stringMatching(message) as string,
    });
  });
});

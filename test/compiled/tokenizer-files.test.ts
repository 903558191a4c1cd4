import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { bytesDocument } from "../../runtime/data/tokenizers/bytes-document.ts";
import { learnBpe } from "../../runtime/data/tokenizers/learn-bpe.ts";
import { learnCharacters } from "../../runtime/data/tokenizers/learn-characters.ts";
import { learnWordPiece } from "../../runtime/data/tokenizers/learn-word-piece.ts";
import { learnWords } from "../../runtime/data/tokenizers/learn-words.ts";
import { textEncoding } from "../../runtime/data/tokenizers/text-encoding.ts";
import type { TokenizerDocument } from "../../runtime/data/tokenizers/tokenizer-document.ts";
import { tokenizerFile, writeTokenizers } from "../../runtime/export/tokenizer-files.ts";

const python = process.env["PYTHON"] ?? "python3";
const isThere = spawnSync(python, ["-c", "import tokenizers"]).status === 0;

const folder = mkdtempSync(join(tmpdir(), "mtl-tokenizers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const texts = [
  "The quick brown fox jumps over the lazy dog, twice.",
  "  two  spaces\tand a tab\nand a line ",
  "ΟΔΥΣΣΕΥΣ Σ Ὀδυσσεύς",
  "Straße, İstanbul, ǅ, ﬁne, naïve café, e\u0301",
  "[MASK] is a text here, and [PAD][SEP] are, too; mask",
  "日本語のテキスト、混ざった English。",
  "שלום עולם مرحبا بالعالم हिन्दी भाषा ภาษาไทย",
  "👩‍👩‍👧‍👦 family 🇩🇪 flags 🦊",
  "don't can't we're I'll x_y a.b@c.de 3,14159 1e-5 \\ \" '",
  "unseenwordsofgreatlength".repeat(9),
  "",
];

const kinds = {
  bpe: learnBpe,
  word_piece: learnWordPiece,
  bytes: bytesDocument,
  characters: learnCharacters,
  words: learnWords,
};
const documents = Object.fromEntries(
  Object.entries(kinds).flatMap(([kind, learn]) =>
    [true, false].map((lowercase): [string, TokenizerDocument] => [
      `${kind}${lowercase ? "-lowercase" : ""}`,
      learn(texts.slice(0, 8), { size: kind === "bytes" ? 262 : 400, lowercase }),
    ]),
  ),
);

const program = `
import json, sys
from tokenizers import Tokenizer
texts = json.load(sys.stdin)
print(json.dumps({name: [Tokenizer.from_file(f"{sys.argv[1]}/tokenizer-{name}.json").encode(text).ids for text in texts] for name in sys.argv[2:]}))
`;

describe("the tokenizers of a compiled folder", () => {
  test("are one file if there is one text, and one for each otherwise", async () => {
    const one = mkdtempSync(join(folder, "one-"));
    await writeTokenizers(one, { version: 1, tokenizers: { words: documents["bpe"] }, classes: {} });
    expect(readdirSync(one)).toEqual(["tokenizer.json"]);
    await writeTokenizers(folder, { version: 1, tokenizers: documents, classes: {} });
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(Object.keys(documents).map((name) => `tokenizer-${name}.json`)),
    );
  });

  test.each(Object.entries(documents))("as files keep the ids of %s", (_, document) => {
    const [here, written] = [textEncoding(document), textEncoding(tokenizerFile(document))];
    for (const text of texts) expect(written.encode(text)).toEqual(here.encode(text));
  });

  test.skipIf(!isThere)(
    `give in Python the ids that they give here${isThere ? "" : ` (skipped: ${python} lacks tokenizers; PYTHON= names one)`}`,
    async () => {
      await writeTokenizers(folder, { version: 1, tokenizers: documents, classes: {} });
      const { stdout, stderr } = spawnSync(python, ["-c", program, folder, ...Object.keys(documents)], {
        input: JSON.stringify(texts),
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      const theirs = JSON.parse(stdout) as { readonly [name: string]: readonly (readonly number[])[] };
      for (const [name, document] of Object.entries(documents)) {
        const encoding = textEncoding(document);
        for (const [index, text] of texts.entries())
          expect(theirs[name]?.[index], `${name}: ${text}`).toEqual(encoding.encode(text));
      }
    },
  );
});

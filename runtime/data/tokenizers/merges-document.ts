import { UserError } from "../../user-error.ts";
import { isRecord } from "../tables/records.ts";
import { checkTokenizerDocument } from "./check-document.ts";
import { byteLevel } from "./learn-bpe.ts";
import type { Surroundings, TokenizerDocument } from "./tokenizer-document.ts";

export interface MergesFiles {
  /** The text of `merges.txt`: two symbols a line, the first merged first. */
  readonly merges: string;
  /** The text of `vocab.json`: a map from token to id. */
  readonly vocabulary: string;
  /** The name of `merges.txt` in the specification. */
  readonly name: string;
}

/** The end of a word in CLIP's vocabulary. */
const endOfWord = "</w>";

/** Words as CLIP splits them, without spaces (Radford et al., 2021, §2.4). */
const clipWords = String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

/** GPT-2, RoBERTa and their kin: a space belongs to the word behind it. */
const ofSpaces: Surroundings = { normalizer: null, pre_tokenizer: byteLevel, decoder: byteLevel };

/** CLIP: texts are in lower case, and the last token of a word ends with `</w>`. */
const ofWordEnds: Surroundings = {
  normalizer: {
    type: "Sequence",
    normalizers: [
      { type: "NFC" },
      { type: "Replace", pattern: { Regex: String.raw`\s+` }, content: " " },
      { type: "Lowercase" },
    ],
  },
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [
      { type: "Split", pattern: { Regex: clipWords }, behavior: "Removed", invert: true },
      { ...byteLevel, use_regex: false },
    ],
  },
  decoder: byteLevel,
};

/** The `tokenizer.json` of a byte-level byte-pair encoding that is in two files, as GPT-2, RoBERTa and CLIP have it. */
export function mergesDocument({ merges, vocabulary, name }: MergesFiles): TokenizerDocument {
  const lines = merges
    .split(/\r?\n/)
    .filter((line, index) => line !== "" && !(index === 0 && line.startsWith("#version")));
  const ends = lines.some((line) => line.endsWith(endOfWord));
  const document: TokenizerDocument = {
    version: "1.0",
    added_tokens: [],
    ...(ends ? ofWordEnds : ofSpaces),
    post_processor: null,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: "[UNK]",
      continuing_subword_prefix: null,
      end_of_word_suffix: ends ? endOfWord : null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: idsIn(vocabulary, name),
      merges: lines,
    },
  };
  checkTokenizerDocument(document, name);
  return document;
}

function idsIn(text: string, name: string): TokenizerDocument["model"]["vocab"] {
  const wrong = (cause?: unknown): UserError =>
    new UserError(
      "data",
      `${name.replace(/merges\.txt$/u, "vocab.json")} is not a map from tokens to ids.`,
      "Put both files of the tokenizer into one folder, or give its tokenizer.json.",
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw wrong(cause);
  }
  if (!isRecord(value)) throw wrong();
  return value as TokenizerDocument["model"]["vocab"];
}

import { UserError } from "../../user-error.ts";
import { shallow } from "../cells/parse-json.ts";
import { isRecord } from "../tables/records.ts";
import type { RowValues } from "../tables/table.ts";
import { isBoundedExpression } from "./bounded-expression.ts";
import type { TokenizerDocument } from "./tokenizer-document.ts";

/**
 * The types of each part that `@huggingface/tokenizers` supports, and the key under which a sequence has its members.
 */
const parts = {
  normalizer: {
    members: "normalizers",
    types: [
      "BertNormalizer",
      "Precompiled",
      "Sequence",
      "Replace",
      "NFC",
      "NFD",
      "NFKC",
      "NFKD",
      "Strip",
      "StripAccents",
      "Lowercase",
      "Prepend",
    ],
  },
  pre_tokenizer: {
    members: "pretokenizers",
    types: [
      "BertPreTokenizer",
      "Sequence",
      "Whitespace",
      "WhitespaceSplit",
      "Metaspace",
      "ByteLevel",
      "Split",
      "Punctuation",
      "Digits",
      "Replace",
      "FixedLength",
    ],
  },
  decoder: {
    members: "decoders",
    types: [
      "ByteLevel",
      "WordPiece",
      "Metaspace",
      "BPEDecoder",
      "CTC",
      "Sequence",
      "Replace",
      "Fuse",
      "Strip",
      "ByteFallback",
    ],
  },
} as const;

const mostMembers = 64;

/**
 * Checks a `tokenizer.json` from any source before it is used: its structure, and that each of its expressions takes
 * linear time. Throws `UserError`; `name` is the file's name in messages.
 */
export function checkTokenizerDocument(document: TokenizerDocument, name: string): void {
  const refuse = (reason: string): never => {
    throw new UserError(
      "data",
      `${name} cannot be used as a tokenizer: ${reason}.`,
      "Use a file written by Hugging Face's tokenizers, with the declared kind of tokenizer.",
    );
  };
  try {
    shallow(document);
  } catch (cause) {
    refuse((cause as Error).message);
  }
  for (const [part, { members, types }] of Object.entries(parts)) {
    for (const component of componentsOf(document[part as keyof typeof parts], members, refuse))
      checkComponent(component, part, types, refuse);
  }
  checkModel(document, refuse);
}

type Refuse = (reason: string) => never;

function componentsOf(root: unknown, members: string, refuse: Refuse): readonly RowValues[] {
  const found: RowValues[] = [];
  const waiting: unknown[] = root === null || root === undefined ? [] : [root];
  while (waiting.length > 0) {
    const component = waiting.pop();
    if (!isRecord(component)) return refuse("a part of it is not an object");
    found.push(component);
    if (found.length > mostMembers) return refuse(`it has more than ${mostMembers} parts`);
    if (component["type"] !== "Sequence") continue;
    const inner = component[members];
    if (!Array.isArray(inner)) return refuse(`a Sequence in it has no ${members}`);
    waiting.push(...(inner as readonly unknown[]).slice(0, mostMembers + 1));
  }
  return found;
}

function checkComponent(component: RowValues, part: string, types: readonly string[], refuse: Refuse): void {
  const { type, pattern } = component;
  if (typeof type !== "string" || !types.includes(type))
    refuse(`its ${part} has a part of type ${JSON.stringify(type)?.slice(0, 60) ?? "nothing"}`);
  if ((type === "Split" || type === "Replace") && !isRecord(pattern)) refuse(`a ${type} of its ${part} has no pattern`);
  for (const text of ["content", "prepend", "replacement", "prefix"]) {
    if (component[text] !== undefined && component[text] !== null && typeof component[text] !== "string")
      refuse(`${text} of ${type} is not a string`);
  }
  if (!isRecord(pattern)) return;
  const { Regex: expression, String: literal } = pattern;
  if (typeof expression !== "string") {
    if (typeof literal !== "string" || literal === "")
      refuse(`the pattern of a ${type} is neither a string nor an expression`);
    return;
  }
  if (!isBoundedExpression(expression)) {
    refuse(
      `its expression ${JSON.stringify(expression).slice(0, 200)} is not a known one, and its form does not guarantee that it ends quickly on every text`,
    );
  }
}

function checkModel({ model, added_tokens: added }: TokenizerDocument, refuse: Refuse): void {
  const merges: unknown = model["merges"];
  const isMerge = (merge: unknown): boolean =>
    typeof merge === "string"
      ? merge.includes(" ")
      : Array.isArray(merge) && merge.length === 2 && merge.every((each) => typeof each === "string");
  if (model.type === "BPE" && !(Array.isArray(merges) && merges.every(isMerge)))
    refuse("its merges are not a list of pairs");
  if (
    !Object.values(model.vocab as Record<string, unknown>).every(
      (id) => Number.isSafeInteger(id) && (id as number) >= 0 && (id as number) < mostIds,
    )
  )
    refuse("an id of its vocabulary is not an integer");
  for (const option of ["unk_token", "continuing_subword_prefix", "end_of_word_suffix"]) {
    const value = model[option];
    if (value !== undefined && value !== null && typeof value !== "string")
      refuse(`${option} of its model is not a string`);
  }
  if (
    added !== undefined &&
    !(
      Array.isArray(added) &&
      added.every(
        (token: unknown) =>
          isRecord(token) &&
          typeof token["content"] === "string" &&
          token["content"] !== "" &&
          Number.isSafeInteger(token["id"]),
      )
    )
  )
    refuse("its added_tokens are not a list of tokens");
}

const mostIds = 2 ** 24;

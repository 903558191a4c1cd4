import { isRecord } from "../tables/records.ts";
import { specialAliases, specialTokens } from "./special-tokens.ts";

/**
 * The tokens of a vocabulary file in the order of the file's ids, which are the rows of embedding tables trained with
 * it. Reading a vocabulary moves its special tokens to the first ids (`readVocabulary`); here they keep the ids of the
 * file, under our names. A row without a token is the empty string.
 */
export function originalTokens(text: string, file: string): readonly string[] {
  const ids = file.endsWith(".txt") ? idsOfLines(text) : idsOfDocument(text);
  const tokens: string[] = [];
  for (const [token, id] of ids) tokens[id] = token;
  for (const [index, aliases] of specialAliases.entries()) {
    const own = aliases.find((alias) => ids.has(alias));
    if (own !== undefined) tokens[ids.get(own) ?? -1] = specialTokens[index] ?? own;
  }
  return Array.from(tokens, (token) => token ?? "");
}

/**
 * Each line is a token, even an empty one, and ends with a line break, which the last one may lack. If a token occurs twice, the later line wins, as
 * in Hugging Face's readers.
 */
function idsOfLines(text: string): ReadonlyMap<string, number> {
  return new Map(
    text
      .replace(/\r?\n$/, "")
      .split("\n")
      .map((line, id) => [line.replace(/\r$/, ""), id]),
  );
}

/** The ids of a `tokenizer.json`, or of a `vocab.json`, which is a map from token to id. */
function idsOfDocument(text: string): ReadonlyMap<string, number> {
  const document: unknown = JSON.parse(text);
  const model = isRecord(document) && isRecord(document["model"]) ? document["model"] : { vocab: document };
  const added =
    isRecord(document) && Array.isArray(document["added_tokens"])
      ? (document["added_tokens"] as readonly unknown[]).filter(isRecord)
      : [];
  const given = [
    ...Object.entries(isRecord(model["vocab"]) ? model["vocab"] : {}),
    ...added.map(({ content, id }) => [String(content), id] as const),
  ];
  return new Map(
    given.flatMap(([token, id]) =>
      typeof id === "number" && Number.isSafeInteger(id) && id >= 0 && id < mostTokens ? [[token, id] as const] : [],
    ),
  );
}

const mostTokens = 10_000_000;

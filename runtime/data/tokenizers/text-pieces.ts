import { isRecord } from "../tables/records.ts";
import type { Component, TokenizerDocument } from "./tokenizer-document.ts";

/** The minimal number of characters of a piece, which ends at the next boundary. */
const pieceLength = 2 ** 16;

/** Splits a text into pieces whose tokens, in sequence, are those of the whole text. */
export type CutText = (text: string) => Iterable<string>;

/** Normalizers that treat each letter on its own, so that they do the same to a piece as to the whole. */
const normalizers = new Set(["Lowercase", "NFC", "NFD", "NFKC", "NFKD", "StripAccents", "BertNormalizer"]);

/**
 * The way in which texts may be split for a tokenizer: at the beginning of a word, if it splits words itself; at any
 * white space, if each character is a token; `undefined` if no safe boundary is known. A span of 131,072 characters
 * without a boundary is split nevertheless, since no word is that long.
 */
export function cutFor({ normalizer, pre_tokenizer, model, added_tokens }: TokenizerDocument): CutText | undefined {
  if (added_tokens.some(({ special }) => !special) || !componentsOf(normalizer).every(isWithinWords)) return undefined;
  const merges: unknown = model["merges"];
  if (Array.isArray(merges) && merges.length === 0) return (text) => pieces(text, /(?<=\s)(?=\S)/gu);
  if (pre_tokenizer?.type === "ByteLevel" && pre_tokenizer["use_regex"] !== false)
    return (text) => pieces(text, /(?<=\S)(?= \S)/gu);
  if (pre_tokenizer?.type === "BertPreTokenizer" || pre_tokenizer?.type === "WhitespaceSplit")
    return (text) => pieces(text, /(?<=\S)(?=\s)/gu);
  return undefined;
}

/** A normalizer that treats each letter, or each word between white space, on its own. */
function isWithinWords({ type, pattern, content }: Component): boolean {
  if (normalizers.has(type)) return true;
  const text = isRecord(pattern) ? pattern["String"] : undefined;
  if (type !== "Replace" || typeof text !== "string") return false;
  return text.length === 1 || !/\s/u.test(`${text}${String(content)}`);
}

/** The parts of a normalizer, in their order. */
export function componentsOf(normalizer: Component | null): readonly Component[] {
  if (normalizer === null) return [];
  return normalizer.type === "Sequence"
    ? (normalizer["normalizers"] as readonly Component[]).flatMap(componentsOf)
    : [normalizer];
}

function* pieces(text: string, boundary: RegExp): Generator<string> {
  let start = 0;
  while (text.length - start > pieceLength) {
    boundary.lastIndex = start + pieceLength;
    const next = boundary.exec(text)?.index ?? text.length;
    const end = next - start > 2 * pieceLength ? withoutHalf(text, start + 2 * pieceLength) : next;
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

/** Moves an index out of the middle of a surrogate pair. */
function withoutHalf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

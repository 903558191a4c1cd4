import { type Nearest, nearest } from "./nearest.ts";

/** Names of other libraries that share no word with the block that computes the same, or nearly the same, here. */
export const namesElsewhere: Readonly<Record<string, string>> = {
  avg_pool: "mean",
  average_pool: "mean",
  dense: "linear",
  detach: "stop_gradient",
  fc: "linear",
  feed_forward: "mlp",
  ffn: "mlp",
  flatten: "reshape",
  fully_connected: "linear",
  gru: "gru_cell",
  lstm: "gru_cell",
  rnn: "gru_cell",
  view: "reshape",
};

/** The words of a name, as `cross_attention`, `CrossAttention` and `conv2d` have them, in lower case. */
function wordsOf(name: string): readonly string[] {
  return name.match(/[A-Z]?[a-z]+|[A-Z]+/gu)?.map((word) => word.toLowerCase()) ?? [];
}

/** Words of one or two letters are in too many names to say anything. */
const shortest = 3;

/** The meaning of an undefined name: the name that a typing mistake made it of, or names that are like it. */
export interface Meant {
  readonly nearest: Nearest | undefined;
  readonly like: readonly string[];
}

/** Finds what an undefined name may have meant, among the names that are defined where it is written. */
export function meantBy(name: string, candidates: Iterable<string>): Meant {
  const known = new Set(candidates);
  const same = namesElsewhere[wordsOf(name).join("_")];
  if (same !== undefined && known.has(same)) return { nearest: undefined, like: [same] };
  const meant = nearest(name, known);
  if (meant?.isCertain === true) return { nearest: meant, like: [] };
  return { nearest: meant, like: namesLike(name, known).filter((candidate) => candidate !== meant?.name) };
}

/** Up to four names with a word in common, those with the larger part of their letters in common first. */
function namesLike(name: string, candidates: ReadonlySet<string>): readonly string[] {
  const words = wordsOf(name).filter((word) => word.length >= shortest);
  return [...candidates]
    .map((candidate) => ({ candidate, share: sharedPart(words, wordsOf(candidate)) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, 4)
    .map(({ candidate }) => candidate);
}

/** The letters of the words that two names share, by the letters of both. */
function sharedPart(words: readonly string[], others: readonly string[]): number {
  const letters = (of: readonly string[]): number => of.join("").length;
  const shared = letters(words.filter((word) => others.includes(word)));
  return shared === 0 ? 0 : shared / (letters(words) + letters(others) - shared);
}

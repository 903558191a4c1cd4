import type { Mail } from "./spam-assassin.ts";
import { type Split, grouped, shuffled, splitOf } from "./splits.ts";
import type { Synset } from "./wordnet.ts";

export interface SenseRow {
  /** The word, a colon, and a phrase that uses it. */
  readonly first: string;
  readonly second: string;
  readonly sense: "same" | "different";
  readonly word: string;
  readonly split: Split;
}

export interface SpamRow {
  readonly subject: string;
  readonly body: string;
  readonly kind: "ham" | "spam";
  readonly split: Split;
}

export interface ValenceRow {
  readonly word: string;
  readonly definition: string;
  /** People's rating, from −5 to 5. */
  readonly valence: number;
  readonly split: Split;
}

interface Use {
  readonly sense: string;
  readonly example: string;
}

/**
 * Makes pairs of WordNet's example phrases for one word, used in the same sense or not, like WiC (Pilehvar & Camacho-Collados, 2019). A word has equally many pairs of
 * both classes, so that the word alone is no evidence, and all its pairs are in one split.
 */
export function senseRows(synsets: ReadonlyMap<string, Synset>): readonly SenseRow[] {
  const rows = [...usesOfWords(synsets)].flatMap(([key, uses]) => {
    const pairs = grouped(shuffled(pairsOf(uses), `senses of ${key}`), ([one, other]) =>
      one.sense === other.sense ? "same" : "different",
    );
    const [same = [], different = []] = [pairs.get("same"), pairs.get("different")];
    const count = Math.min(same.length, different.length);
    const word = key.slice(2);
    return [...same.slice(0, count), ...different.slice(0, count)].map(([one, other]): SenseRow => ({
      first: `${word}: ${one.example}`,
      second: other.example,
      sense: one.sense === other.sense ? "same" : "different",
      word,
      split: splitOf(word),
    }));
  });
  return shuffled(rows, "senses");
}

/** Groups examples by part of speech and word, whether or not the word has an ending in them. */
function usesOfWords(synsets: ReadonlyMap<string, Synset>): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  for (const { id, words, examples } of synsets.values()) {
    for (const word of words) {
      if (!/^[a-z]{2,}$/u.test(word)) continue;
      const stem = new RegExp(`\\b${word.replace(/[ey]$/u, "")}\\w{0,3}\\b`, "iu");
      const key = `${id[0]} ${word}`;
      for (const example of examples)
        if (stem.test(example)) uses.set(key, [...(uses.get(key) ?? []), { sense: id, example }]);
    }
  }
  return uses;
}

function pairsOf(uses: readonly Use[]): readonly (readonly [Use, Use])[] {
  return uses.flatMap((one, at) =>
    uses
      .slice(at + 1)
      .flatMap((other): readonly (readonly [Use, Use])[] => (one.example === other.example ? [] : [[one, other]])),
  );
}

const mostWords = 60;
const beginning = (text: string): string => text.split(" ").slice(0, mostWords).join(" ");

/** Makes a row of the subject and the beginning of each distinct mail. Mails of one subject, answers included, are in one split. */
export function spamRows(mails: readonly Mail[]): readonly SpamRow[] {
  const once = new Map(mails.filter(({ body }) => body !== "").map((mail) => [beginning(mail.body), mail]));
  const thread = (subject: string): string =>
    subject
      .toLowerCase()
      .replaceAll(/\b(?:re|fwd?):|\[[^\]]*\]|[^a-z]+/gu, " ")
      .trim();
  return shuffled([...once], "mails").map(([body, { subject, kind }]) => ({
    subject,
    body,
    kind,
    split: splitOf(thread(subject)),
  }));
}

/** Makes a row of each word that people have rated and its most usual definition. Words with a common beginning are in one split, since most of them have the same rating. */
export function valenceRows(
  synsets: ReadonlyMap<string, Synset>,
  ratings: ReadonlyMap<string, number>,
): readonly ValenceRow[] {
  const usual = new Map<string, Synset>();
  for (const synset of synsets.values())
    for (const word of synset.words) if (synset.uses > (usual.get(word)?.uses ?? -1)) usual.set(word, synset);
  const rows = [...ratings].flatMap(([word, valence]) => {
    const synset = usual.get(word);
    return synset ? [{ word, definition: synset.definition, valence, split: splitOf(word.slice(0, 5)) }] : [];
  });
  return shuffled(rows, "valences");
}

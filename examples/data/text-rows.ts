import { generator } from "../../runtime/random/generator.ts";
import type { BrownSentence } from "./brown.ts";
import { type Split, grouped, shuffled, splitOf } from "./splits.ts";
import { type Synset, wuPalmer } from "./wordnet.ts";

export interface GenreRow {
  readonly sentence: string;
  readonly genre: string;
  readonly file: string;
  readonly split: Split;
}

export interface RelationRow {
  readonly first: string;
  readonly second: string;
  readonly relation: "kind" | "opposite" | "none";
  readonly split: Split;
}

export interface SimilarityRow {
  readonly first: string;
  readonly second: string;
  readonly similarity: number;
  readonly split: Split;
}

export interface KindRow {
  readonly kind: string;
  readonly definitions: readonly string[];
  /** The index of the definition of something of this kind. */
  readonly right: number;
  readonly split: Split;
}

type WordNet = ReadonlyMap<string, Synset>;

const perFile = 16;

/** Takes equally many sentences of 6 to 40 words from each file. Splits consist of whole files, since sentences of one file are alike. */
export function genreRows(sentences: readonly BrownSentence[]): readonly GenreRow[] {
  const taken = new Map<string, number>();
  return shuffled(sentences, "genre").flatMap(({ file, genre, text }) => {
    const words = text.split(" ").length;
    const count = taken.get(file) ?? 0;
    if (words < 6 || words > 40 || count === perFile) return [];
    taken.set(file, count + 1);
    return [{ sentence: text, genre, file, split: splitOf(file) }];
  });
}

/**
 * Makes pairs of definitions whose second is a hypernym of the first, its antonym, or neither. Pairs without a relation exchange the second texts of
 * the other two classes, so that neither text alone reveals the relation.
 */
export function relationRows(synsets: WordNet): readonly RelationRow[] {
  const all = [...synsets.values()];
  const opposites = all.flatMap(({ id, antonyms: [other] }) =>
    other !== undefined && id < other && synsets.has(other) ? [[id, other] as const] : [],
  );
  const kinds = shuffled(usedNouns(synsets), "kinds of relations")
    .flatMap(({ id, hypernyms: [above] }) => (above === undefined ? [] : [[id, above] as const]))
    .slice(0, opposites.length);
  const rows = Object.entries({ kind: kinds, opposite: shuffled(opposites, "opposites") }).flatMap(
    ([relation, pairs]) =>
      pairs.flatMap(([first, second], index) => {
        // Every third pair gets the second text of another pair.
        const exchanged = index % 3 === 2 ? (pairs[(index + 3) % pairs.length]?.[1] ?? second) : second;
        const [one, other] = [synsets.get(first), synsets.get(exchanged)];
        if (!one || !other) return [];
        return [
          {
            first: one.definition,
            second: other.definition,
            relation: index % 3 === 2 ? ("none" as const) : (relation as "kind" | "opposite"),
            split: splitOf([one.definition, other.definition].toSorted().join(" / ")),
          },
        ];
      }),
  );
  return shuffled(rows, "relations");
}

/** The highest similarity, which is that of STS-B's ratings. */
const most = 5;

/**
 * Makes pairs of nouns' definitions with Wu and Palmer's similarity of the nouns, from 0 to 5. In a third of the pairs the nouns have the
 * same hypernym, in a third their hypernyms have the same hypernym, and the rest are arbitrary. Both nouns are of one split, so that no test definition occurs in training.
 */
export function similarityRows(synsets: WordNet, count: number): readonly SimilarityRow[] {
  const above = (id: string | undefined): string => synsets.get(id ?? "")?.hypernyms[0] ?? "";
  const nouns = nounsOfKinds(synsets);
  const bySplit = grouped(nouns, ({ id }) => splitOf(id));
  const byParent = grouped(nouns, ({ id }) => `${splitOf(id)} ${above(id)}`);
  const byGrandparent = grouped(nouns, ({ id }) => `${splitOf(id)} ${above(above(id))}`);
  const random = generator(1, "similarities");
  const rows: SimilarityRow[] = [];
  while (rows.length < count) {
    const first = nouns[random.below(nouns.length)];
    if (first === undefined) break;
    const split = splitOf(first.id);
    const among =
      [
        byParent.get(`${split} ${above(first.id)}`),
        byGrandparent.get(`${split} ${above(above(first.id))}`),
        bySplit.get(split),
      ][rows.length % 3] ?? [];
    const second = among[random.below(among.length)];
    if (second === undefined || second === first) continue;
    rows.push({
      first: first.definition,
      second: second.definition,
      similarity: Number((most * wuPalmer(synsets, first.id, second.id)).toFixed(3)),
      split,
    });
  }
  return rows;
}

const leastOfKind = 40;

/**
 * Lists the nouns directly below each kind that has many of them, so that there are enough rows of each kind. A third of WordNet's nouns belong to the taxonomy
 * of plants and animals, whose ranks are left out.
 */
export function nounsOfKinds(synsets: WordNet): readonly Synset[] {
  const nouns = [...synsets.values()].filter(({ id, hypernyms }) => id.startsWith("n") && hypernyms.length > 0);
  const below = grouped(nouns, ({ hypernyms: [above = ""] }) => above);
  const isRank = (id: string): boolean =>
    /\b(?:genus|family|order|class|phylum)\b/u.test(synsets.get(id)?.words[0] ?? "");
  return nouns.filter(
    ({ hypernyms: [above = ""] }) => (below.get(above)?.length ?? 0) >= leastOfKind && !isRank(above),
  );
}

function usedNouns(synsets: WordNet): readonly Synset[] {
  return [...synsets.values()].filter(
    ({ id, uses, hypernyms }) => id.startsWith("n") && uses > 0 && hypernyms.length > 0,
  );
}

const candidates = 4;

/** Makes rows of a kind's name and four definitions, one of which defines something directly below that kind. */
export function kindRows(synsets: WordNet, count: number): readonly KindRow[] {
  const known = shuffled(nounsOfKinds(synsets), "kinds");
  const parts = grouped(known, ({ id }) => splitOf(id));
  const random = generator(1, "candidates of kinds");
  return known.slice(0, count).flatMap(({ id, definition, hypernyms: [above = ""] }) => {
    const split = splitOf(id);
    const others = parts.get(split) ?? [];
    const definitions: string[] = [];
    while (definitions.length < candidates - 1) {
      const other = others[random.below(others.length)];
      if (other && !other.hypernyms.includes(above) && !definitions.includes(other.definition))
        definitions.push(other.definition);
    }
    const right = random.below(candidates);
    const kind = synsets.get(above)?.words[0];
    return kind === undefined ? [] : [{ kind, definitions: definitions.toSpliced(right, 0, definition), right, split }];
  });
}

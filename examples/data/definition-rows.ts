import { type Split, shuffled, splitOf } from "./splits.ts";
import { nounsOfKinds, relationRows } from "./text-rows.ts";
import type { Synset } from "./wordnet.ts";
import { countsOf } from "./words.ts";

export interface DefinitionRow {
  readonly definition: string;
  /** The topic or the kind of the word that the text defines. */
  readonly class: string;
  readonly split: Split;
}

/** Topics of the lexicographers' files (lexnames(5WN)), from number 4 for nouns and from 29 for verbs. File 3 has the roots of the tree. */
const lexnames = {
  noun: {
    first: 4,
    names:
      "act animal artifact attribute body cognition communication event feeling food group location motive object person phenomenon plant possession process quantity relation shape state substance time".split(
        " ",
      ),
  },
  verb: {
    first: 29,
    names:
      "body change cognition communication competition consumption contact creation emotion motion perception possession social stative weather".split(
        " ",
      ),
  },
};

/**
 * Definitions of nouns that occur in tagged texts, each with one of 25 topics. The split is that of all nouns here and in the similarities and kinds, so that no test row is
 * trained on there. Nouns of the relations are left out, since their split differs.
 */
export function nounRows(synsets: WordNet): readonly DefinitionRow[] {
  const related = new Set(relationRows(synsets).flatMap(({ first, second }) => [first, second]));
  return rowsOf(synsets, "nouns", (synset) =>
    synset.uses > 0 && !related.has(synset.definition) ? lexnameOf(synset, "noun") : undefined,
  );
}

const mostRare = 12_000;

/** The same for nouns that occur in none of those texts. */
export function rareNounRows(synsets: WordNet): readonly DefinitionRow[] {
  return rowsOf(synsets, "rare nouns", (synset) => (synset.uses === 0 ? lexnameOf(synset, "noun") : undefined)).slice(
    0,
    mostRare,
  );
}

/** Definitions of verbs, each with one of 15 topics. */
export function verbRows(synsets: WordNet): readonly DefinitionRow[] {
  return rowsOf(synsets, "verbs", (synset) => lexnameOf(synset, "verb"));
}

/** Definitions of nouns that are directly below one of 109 kinds, each with that kind. */
export function kindOfRows(synsets: WordNet): readonly DefinitionRow[] {
  const kinds = new Map(
    nounsOfKinds(synsets).map(({ id, hypernyms: [above = ""] }) => [id, synsets.get(above)?.words[0]]),
  );
  return rowsOf(synsets, "kinds of nouns", ({ id }) => kinds.get(id));
}

type WordNet = ReadonlyMap<string, Synset>;

/** Leaves out definitions of several words, so that no definition is in two splits. */
function rowsOf(
  synsets: WordNet,
  purpose: string,
  classOf: (synset: Synset) => string | undefined,
): readonly DefinitionRow[] {
  const all = [...synsets.values()];
  const counts = countsOf(all.map(({ definition }) => definition));
  const rows = all.flatMap((synset): readonly DefinitionRow[] => {
    const name = counts.get(synset.definition) === 1 ? classOf(synset) : undefined;
    return name === undefined ? [] : [{ definition: synset.definition, class: name, split: splitOf(synset.id) }];
  });
  return shuffled(rows, purpose);
}

function lexnameOf({ id, file }: Synset, part: keyof typeof lexnames): string | undefined {
  const { first, names } = lexnames[part];
  return id.startsWith(part.slice(0, 1)) ? names[file - first] : undefined;
}

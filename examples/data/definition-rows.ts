import { type Split, shuffled, splitOf } from "./splits.ts";
import { nounsOfKinds, relationRows } from "./text-rows.ts";
import type { Synset } from "./wordnet.ts";
import { countsOf } from "./words.ts";

export interface DefinitionRow {
  readonly definition: string;
  /** What the word is about that it defines, or of what kind. */
  readonly class: string;
  readonly split: Split;
}

/** Of lexnames(5WN): what the lexicographers' files are about, from number 4 and from 29. File 3 has the roots of the tree. */
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
 * Definitions of nouns that stand in tagged texts, and which of 25 things they are about. Split as all nouns are here and in the similarities and kinds, so that nothing that is tested is
 * trained on there; what the relations read, whose split is another, is left out.
 */
export function nounRows(synsets: WordNet): readonly DefinitionRow[] {
  const related = new Set(relationRows(synsets).flatMap(({ first, second }) => [first, second]));
  return rowsOf(synsets, "nouns", (synset) =>
    synset.uses > 0 && !related.has(synset.definition) ? lexnameOf(synset, "noun") : undefined,
  );
}

const mostRare = 12_000;

/** The same of nouns that stand in none of those texts. */
export function rareNounRows(synsets: WordNet): readonly DefinitionRow[] {
  return rowsOf(synsets, "rare nouns", (synset) => (synset.uses === 0 ? lexnameOf(synset, "noun") : undefined)).slice(
    0,
    mostRare,
  );
}

/** Definitions of verbs, and which of 15 things they are about. */
export function verbRows(synsets: WordNet): readonly DefinitionRow[] {
  return rowsOf(synsets, "verbs", (synset) => lexnameOf(synset, "verb"));
}

/** Definitions of nouns that are directly below one of 109 kinds, and the kind. */
export function kindOfRows(synsets: WordNet): readonly DefinitionRow[] {
  const kinds = new Map(
    nounsOfKinds(synsets).map(({ id, hypernyms: [above = ""] }) => [id, synsets.get(above)?.words[0]]),
  );
  return rowsOf(synsets, "kinds of nouns", ({ id }) => kinds.get(id));
}

type WordNet = ReadonlyMap<string, Synset>;

/** What defines several words is left out, so that no definition is of two parts. */
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

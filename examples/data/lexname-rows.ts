import { type Split, shuffled, splitOf } from "./splits.ts";
import { relationRows } from "./text-rows.ts";
import type { Synset } from "./wordnet.ts";

export interface LexnameRow {
  readonly definition: string;
  readonly lexname: string;
  readonly split: Split;
}

/** Of lexnames(5WN), from number 4: what the files of WordNet's nouns are about. File 3 has the roots of the tree. */
const lexnames = "act animal artifact attribute body cognition communication event feeling food group location motive object person phenomenon plant possession process quantity relation shape state substance time".split(" ");
const firstFile = 4;

/**
 * Definitions of nouns that are used in tagged texts, each with what the lexicographer's file is about that it stands in, one of 25. Split as the nouns of the similarities and kinds
 * are, so that nothing that is tested here is trained on there; what the relations read, whose split is another, and what defines several nouns is left out.
 */
export function lexnameRows(synsets: ReadonlyMap<string, Synset>): readonly LexnameRow[] {
  const counts = new Map<string, number>();
  for (const { definition } of synsets.values()) counts.set(definition, (counts.get(definition) ?? 0) + 1);
  const related = new Set(relationRows(synsets).flatMap(({ first, second }) => [first, second]));
  const rows = [...synsets.values()].flatMap(({ id, file, uses, definition }) => {
    const lexname = lexnames[file - firstFile];
    if (!id.startsWith("n") || uses === 0 || lexname === undefined || counts.get(definition) !== 1 || related.has(definition)) return [];
    return [{ definition, lexname, split: splitOf(id) }];
  });
  return shuffled(rows, "lexnames");
}

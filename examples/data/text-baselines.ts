import { join } from "node:path";
import { argv, stdout } from "node:process";
import type { ResolvedMetric, ResolvedTarget } from "../../compiler/schema/resolved.ts";
import { openMetric } from "../../runtime/metrics/index.ts";
import { type Classifier, type Labelled, classification, majority } from "./classify-by-counts.ts";
import { logShares, overlap, wordsOf } from "./words.ts";
import { readParts } from "./read-parts.ts";
import type { GenreRow, KindRow, RelationRow, SimilarityRow } from "./text-rows.ts";

// Prints the baselines of MT-DNN's example: node text-baselines.js FOLDER, where FOLDER holds the tables of `texts.ts`.

/** Predicts the most frequent relation of the training pairs whose share of common words, in tenths, is the same. */
function byOverlap(train: readonly RelationRow[], test: readonly RelationRow[]): Classifier {
  const tenthOf = (row: RelationRow): number => Math.round(10 * overlap(row.first, row.second));
  const tenths = new Map(
    Array.from({ length: 11 }, (_, tenth) => [
      tenth,
      majority(train.filter((row) => tenthOf(row) === tenth).map(labelledRelation)),
    ]),
  );
  const given = new Map(test.map((row) => [labelledRelation(row).words.join(" "), tenthOf(row)]));
  return (row) => tenths.get(given.get(row.words.join(" ")) ?? 0)?.(row) ?? "";
}

function labelledRelation({ first, second, relation }: RelationRow): Labelled {
  return {
    words: [...wordsOf(first).map((word) => `1 ${word}`), ...wordsOf(second).map((word) => `2 ${word}`)],
    label: relation,
  };
}

function similarity(train: readonly SimilarityRow[], test: readonly SimilarityRow[]): void {
  stdout.write(`similarity: ${train.length} rows to train on, ${test.length} to test\n`);
  const target: ResolvedTarget = { kind: "number", column: "similarity", standardise: true };
  const kinds: readonly ResolvedMetric[] = [{ kind: "pearson" }, { kind: "spearman" }];
  const values = kinds.map((kind) => {
    const metric = openMetric(kind, target);
    for (const row of test) metric.observe({ prediction: overlap(row.first, row.second), target: row.similarity }, 1);
    return `${kind.kind} ${metric.value().toFixed(3)}`;
  });
  stdout.write(`  share of words in common: ${values.join(", ")}\n`);
}

type Scorer = (kind: string, definition: string) => number;

/** Pointwise mutual information between a kind and the words of a definition, with add-one smoothing. */
function byWordsOfKind(train: readonly KindRow[]): Scorer {
  const definitions = train.map((row) => ({ kind: row.kind, words: wordsOf(row.definitions[row.right] ?? "") }));
  const vocabulary = new Set(definitions.flatMap(({ words }) => words));
  const all = logShares(
    definitions.flatMap(({ words }) => words),
    vocabulary.size,
  );
  const kinds = new Map(
    [...new Set(definitions.map(({ kind }) => kind))].map((kind) => [
      kind,
      logShares(
        definitions.filter((row) => row.kind === kind).flatMap(({ words }) => words),
        vocabulary.size,
      ),
    ]),
  );
  return (kind, definition) =>
    wordsOf(definition).reduce(
      (sum, word) =>
        sum + (vocabulary.has(word) ? (kinds.get(kind)?.(word) ?? 0) - (kinds.has(kind) ? all(word) : 0) : 0),
      0,
    );
}

function ranking(train: readonly KindRow[], test: readonly KindRow[]): void {
  stdout.write(`kind: ${train.length} rows to train on, ${test.length} to test\n`);
  const scorers: { readonly [baseline: string]: Scorer } = {
    "any order": () => 0,
    "share of words in common": overlap,
    "words of the kind": byWordsOfKind(train),
  };
  for (const [baseline, score] of Object.entries(scorers)) {
    const values = (["accuracy", "mrr"] as const).map((kind) => {
      const metric = openMetric({ kind }, { kind: "ranking", column: "right" });
      for (const row of test)
        metric.observe(
          {
            scores: Float32Array.from(row.definitions, (definition) => score(row.kind, definition)),
            relevance: Float32Array.from(row.definitions, (_, place) => (place === row.right ? 1 : 0)),
          },
          1,
        );
      return `${kind} ${metric.value().toFixed(3)}`;
    });
    stdout.write(`  ${baseline}: ${values.join(", ")}\n`);
  }
}

const [, , folder = "examples/data/texts"] = argv;
const pathOf = (table: string): string => join(folder, `${table}.jsonl`);
const genre = await readParts<GenreRow>(pathOf("genre"));
const labelledGenre = (row: GenreRow): Labelled => ({ words: wordsOf(row.sentence), label: row.genre });
classification("genre", genre.train.map(labelledGenre), genre.test.map(labelledGenre));
const relation = await readParts<RelationRow>(pathOf("relation"));
classification("relation", relation.train.map(labelledRelation), relation.test.map(labelledRelation), {
  "share of words in common": byOverlap(relation.train, relation.test),
});
const similarities = await readParts<SimilarityRow>(pathOf("similarity"));
similarity(similarities.train, similarities.test);
const kinds = await readParts<KindRow>(pathOf("kind"));
ranking(kinds.train, kinds.test);

import { columnFromArray, dictionary, float64, tableFromColumns, tableToIPC, utf8 } from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import type { ResolvedDataset, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { generator } from "../../runtime/random/generator.ts";
import { reviews, sentiment, specification } from "../data/fixture.ts";

/**
 * Rows of the test tables: several times what the tests allow in memory, and some of them bad in one way or another.
 */
export const count = 1000;

const words = Array.from({ length: 60 }, (_, index) => `wörd${index * index}`);

export interface Row {
  readonly words: string;
  readonly n: number | string | null;
  readonly k: string;
  readonly label: string;
  readonly price: number | null;
  readonly weight: number;
}

/** Columns are of one type, as columnar formats have them; `n` is a number in text where `as` is "text". */
export function rows(): readonly Row[] {
  const random = generator(7, "rows of a test");
  const below = (most: number): number => Math.floor(random.uniform() * most);
  return Array.from({ length: count }, (_, index) => ({
    // Every ninth text is there again, so that there are leaks.
    words: index % 9 === 8 ? "the same words" : Array.from({ length: 4 + below(40) }, () => words[below(60)]).join(" "),
    n: index % 101 === 0 ? null : random.uniform() * 1000,
    k: `kind ${below(12)}`,
    label: index % 97 === 0 ? "neither" : (["good", "bad"][below(2)] ?? ""),
    price: index % 3 === 0 ? null : below(10_000) / 100,
    weight: 1 + (index % 2),
  }));
}

const columns = ["words", "n", "k", "label", "price", "weight"] as const;

/** The same rows as a file of each format. */
export const formats: { readonly [file: string]: () => string | Uint8Array } = {
  "rows.csv": () =>
    [columns, ...rows().map((row) => columns.map((column) => row[column] ?? ""))]
      .map((cells) => cells.join(","))
      .join("\n"),
  "rows.jsonl": () =>
    rows()
      .map((row) => JSON.stringify(row))
      .join("\n"),
  "rows.parquet": () =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: columns.map((name) => ({ name, data: rows().map((row) => row[name]) })),
        rowGroupSize: 100,
      }),
    ),
  "rows.arrow": () =>
    tableToIPC(
      tableFromColumns(
        columns.map((name) => [
          name,
          columnFromArray(
            rows().map((row) => row[name]),
            ["n", "price", "weight"].includes(name) ? float64() : name === "k" ? dictionary(utf8()) : utf8(),
            { maxBatchRows: 100 },
          ),
        ]),
      ),
      { format: "file" },
    ) ?? new Uint8Array(),
};

/** Three modalities' worth of a specification over one file of the rows above. */
export function streamed(path: string, changes: Partial<ResolvedDataset> = {}): ResolvedSpecification {
  return specification({
    modalities: {
      words: {
        kind: "text",
        max_length: 32,
        tokenizer: { kind: "word_piece", size: 120 },
        segments: 1,
        separators: "between",
        lowercase: true,
      },
      seen: { kind: "table", numeric: ["n"], categorical: [["k", 8]], missing: [] },
    },
    tasks: {
      sentiment: {
        ...sentiment,
        target: { kind: "category", column: "label", classes: ["good", "bad"], class_weights: "balanced" },
        inputs: [
          { modality: "words", optional: false },
          { modality: "seen", optional: true },
        ],
      },
      worth: {
        ...sentiment,
        name: "worth",
        target: { kind: "number", column: "price", standardise: true },
        inputs: [{ modality: "seen", optional: false }],
      },
    },
    datasets: {
      reviews: {
        ...reviews,
        path,
        columns: { words: "words", seen: ["n", "k"], label: "label", price: "price" },
        tasks: ["sentiment", "worth"],
        weight: "weight",
        ...changes,
      },
    },
  });
}

import { Buffer } from "../host/bytes.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import type { Prediction } from "../targets/prediction.ts";
import type { Cell } from "../targets/runtime-target.ts";
import type { RankedCandidate } from "../retrieval/ranked-candidate.ts";
import type { RowPredictions } from "./predict-rows.ts";

export type { Cell } from "../targets/runtime-target.ts";

/** The result of a task for a row, as it is written: a prediction, or a candidate that was ranked for the row. */
export type WrittenPrediction = Prediction | RankedCandidate;

/** The prediction of one task, by the columns of a table. */
type Flat = { readonly [column: string]: Cell };

function flatOf(prediction: WrittenPrediction): Flat {
  return prediction.kind === "ranked" ? rankedCells(prediction) : runtimeTargetOf(prediction).cells(prediction);
}

/** A ranked candidate: its rank, score and index, then the cells of its row. */
function rankedCells({ rank, score, candidate }: RankedCandidate): Flat {
  const { index, file, row, columns } = candidate;
  const taken = new Set(Object.keys(columns));
  const cells = Object.entries({
    ...(file === undefined ? {} : { [freeName("file", taken)]: file }),
    ...(row === undefined ? {} : { [freeName("row", taken)]: row }),
    ...columns,
  });
  return {
    rank,
    score,
    candidate: index,
    ...Object.fromEntries(cells.map(([name, cell]) => [`candidate.${name}`, cellOf(cell)])),
  };
}

/**
 * The columns of rows: their own cells by their names, then their file and row, then `TASK.class` and the like of each
 * task.
 */
export function columnsOfRows(rows: readonly RowPredictions<WrittenPrediction>[]): readonly string[] {
  const columns = new Set(rows.flatMap((row) => Object.keys(row.columns)));
  const predicted = new Set(rows.flatMap((row) => Object.keys(predictedOf(row))));
  return [
    ...columns,
    ...["example", "file", "row"]
      .filter((name) => rows.some((row) => name in row))
      .map((name) => freeName(name, columns)),
    ...[...predicted].map((name) => freeName(name, columns)),
  ];
}

/** The cells of a row by column; `undefined` for a missing cell. */
export function cellsOfRow(row: RowPredictions<WrittenPrediction>, columns: readonly string[]): readonly Cell[] {
  const own = new Set(Object.keys(row.columns));
  const { example, file, row: number } = row;
  const added = Object.fromEntries(
    Object.entries({ example, file, row: number, ...predictedOf(row) }).map(([name, cell]) => [
      freeName(name, own),
      cell ?? null,
    ]),
  );
  return columns.map((column) => (own.has(column) ? cellOf(row.columns[column]) : (added[column] ?? null)));
}

function predictedOf({ predictions, problems }: RowPredictions<WrittenPrediction>): Flat {
  const found = Object.entries(predictions).flatMap(([task, prediction]) =>
    Object.entries(flatOf(prediction)).map(([name, cell]) => [`${task}.${name}`, cell] as const),
  );
  return Object.fromEntries([
    ...found,
    ...Object.entries(problems).map(([task, error]) => [`${task}.error`, error] as const),
  ]);
}

/** A column of the table itself keeps its name. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freeName(`${name}_`, taken) : name;
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : JSON.stringify(value);
}

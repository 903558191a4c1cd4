import { createHash } from "node:crypto";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { Split } from "../data.ts";
import { rowAt } from "../example-source.ts";
import type { LoadedData } from "../load-data.ts";
import type { TaskRow } from "../task-rows.ts";

export interface RowPlace {
  readonly file: string;
  readonly row: number;
}

/** `text` where whitespace and case of texts are passed over. */
export type Sameness = "content" | "text";

/** Rows that a task is evaluated on although training has seen their inputs. */
export interface Leak {
  readonly task: string;
  readonly split: Exclude<Split, "train">;
  /** The task in whose training rows the same inputs are. */
  readonly trained: string;
  readonly same: Sameness;
  /** Of the split; those that are the same by content are not counted again by text. */
  readonly rows: number;
  readonly of: number;
  readonly first: { readonly evaluated: RowPlace; readonly trained: RowPlace };
}

const samenesses = ["content", "text"] as const satisfies readonly Sameness[];
const evaluatedSplits = ["validation", "test"] as const;

/**
 * Compares inputs, targets aside, by a hash of what each value is decoded from. A task is compared with every task that reads all of its
 * modalities: only there could the model have seen the whole input. One pass over the rows of each, whatever their number.
 */
export function findLeaks({ tasks: declared, modalities }: ResolvedSpecification, { tasks }: Pick<LoadedData, "tasks">): readonly Leak[] {
  const inputsOf = (task: string): readonly string[] => declared[task]?.inputs.map(({ modality }) => modality) ?? [];
  const leaks: Leak[] = [];
  for (const [task, { splits }] of tasks) {
    const inputs = inputsOf(task).toSorted();
    const keyOf = (row: TaskRow, same: Sameness) => inputKey(row, inputs, same, (modality) => modalities[modality]?.kind === "text");
    for (const [trained, rows] of tasks) {
      if (!inputs.every((modality) => inputsOf(trained).includes(modality))) continue;
      const seen = { content: placesByKey(rows.splits.train, "content", keyOf), text: placesByKey(rows.splits.train, "text", keyOf) };
      for (const split of evaluatedSplits) leaks.push(...compare(splits[split], seen, keyOf).map((found) => ({ task, split, trained, ...found, of: splits[split].length })));
    }
  }
  return leaks;
}

type KeyOf = (row: TaskRow, same: Sameness) => string | undefined;

function placesByKey(rows: readonly TaskRow[], same: Sameness, keyOf: KeyOf): ReadonlyMap<string, RowPlace> {
  const places = new Map<string, RowPlace>();
  for (const row of rows) {
    const key = keyOf(row, same);
    if (key !== undefined && !places.has(key)) places.set(key, placeOf(row));
  }
  return places;
}

function compare(rows: readonly TaskRow[], seen: { readonly [Name in Sameness]: ReadonlyMap<string, RowPlace> }, keyOf: KeyOf): readonly Pick<Leak, "same" | "rows" | "first">[] {
  const found = new Map<Sameness, { rows: number; first: Leak["first"] }>();
  for (const row of rows) {
    for (const same of samenesses) {
      const trained = seen[same].get(keyOf(row, same) ?? "");
      if (trained === undefined) continue;
      const known = found.get(same);
      found.set(same, { rows: (known?.rows ?? 0) + 1, first: known?.first ?? { evaluated: placeOf(row), trained } });
      break;
    }
  }
  return [...found].map(([same, each]) => ({ same, ...each }));
}

/** Nothing for a row that has none of the modalities. */
function inputKey({ dataset, row }: TaskRow, inputs: readonly string[], same: Sameness, isText: (modality: string) => boolean): string | undefined {
  const values = inputs.map((modality) => {
    const column = dataset.columns.get(modality);
    if (column?.cell(row).kind !== "present") return null;
    const content = column.content(row);
    if (content !== undefined) return content;
    const parsed = JSON.stringify(column.parsed(row));
    return same === "text" && isText(modality) ? parsed.replaceAll(/(?:\s|\\[nrt])+/g, " ").replaceAll(/" | "/g, '"').toLowerCase() : parsed;
  });
  if (values.every((value) => value === null)) return undefined;
  return createHash("sha256").update(JSON.stringify(values)).digest("base64");
}

function placeOf(taskRow: TaskRow): RowPlace {
  const { file, row } = rowAt(taskRow);
  return { file, row };
}

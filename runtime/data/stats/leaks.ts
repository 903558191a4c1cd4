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
 * modalities: only there could the model have seen the whole input. Keys of a task's rows are made once for each set of modalities.
 */
export function findLeaks({ tasks: declared, modalities }: ResolvedSpecification, { tasks }: Pick<LoadedData, "tasks">): readonly Leak[] {
  const inputsOf = (task: string): readonly string[] => declared[task]?.inputs.map(({ modality }) => modality).toSorted() ?? [];
  const keysOf = (rows: readonly TaskRow[], inputs: readonly string[]) => rows.map((row) => keyedRow(row, inputs, (modality) => modalities[modality]?.kind === "text"));
  const seenBy = new Map<string, SeenRows>();
  const seenIn = (trained: string, inputs: readonly string[]): SeenRows => {
    const key = JSON.stringify([trained, inputs]);
    const seen = seenBy.get(key) ?? seenRows(keysOf(tasks.get(trained)?.splits.train ?? [], inputs));
    seenBy.set(key, seen);
    return seen;
  };
  const leaks: Leak[] = [];
  for (const [task, { splits }] of tasks) {
    const inputs = inputsOf(task);
    const evaluated = evaluatedSplits.map((split) => ({ split, rows: keysOf(splits[split], inputs) }));
    for (const trained of tasks.keys()) {
      if (!inputs.every((modality) => inputsOf(trained).includes(modality))) continue;
      for (const { split, rows } of evaluated) leaks.push(...compare(rows, seenIn(trained, inputs)).map((found) => ({ task, split, trained, ...found, of: rows.length })));
    }
  }
  return leaks;
}

/** A row with its keys; without where it has none of the modalities. */
interface KeyedRow {
  readonly place: RowPlace;
  readonly keys: { readonly [Name in Sameness]: string } | undefined;
}

type SeenRows = { readonly [Name in Sameness]: ReadonlyMap<string, RowPlace> };

/** The first row of each key. */
function seenRows(rows: readonly KeyedRow[]): SeenRows {
  const of = (same: Sameness) => new Map(rows.toReversed().flatMap(({ place, keys }) => (keys ? [[keys[same], place] as const] : [])));
  return { content: of("content"), text: of("text") };
}

function compare(rows: readonly KeyedRow[], seen: SeenRows): readonly Pick<Leak, "same" | "rows" | "first">[] {
  const found = new Map<Sameness, { rows: number; first: Leak["first"] }>();
  for (const { place, keys } of rows) {
    const same = keys && samenesses.find((each) => seen[each].has(keys[each]));
    const trained = keys && same && seen[same].get(keys[same]);
    if (!same || !trained) continue;
    const known = found.get(same);
    found.set(same, { rows: (known?.rows ?? 0) + 1, first: known?.first ?? { evaluated: place, trained } });
  }
  return [...found].map(([same, each]) => ({ same, ...each }));
}

function keyedRow(taskRow: TaskRow, inputs: readonly string[], isText: (modality: string) => boolean): KeyedRow {
  const { file, row } = rowAt(taskRow);
  const [content, text] = samenesses.map((same) => inputKey(taskRow, inputs, same, isText));
  return { place: { file, row }, keys: content === undefined || text === undefined ? undefined : { content, text } };
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

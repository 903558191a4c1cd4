import { createHash } from "node:crypto";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { Split } from "../data.ts";
import { rowAt } from "../example-source.ts";
import type { LoadedData } from "../load-data.ts";
import type { ColumnValue } from "../modality-column.ts";
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

const evaluatedSplits = ["validation", "test"] as const;

/**
 * Compares inputs, targets aside, by what each value is decoded from. A task is compared with every task that reads all of its modalities: only
 * there could the model have seen the whole input. Distinct values are looked at once, so that the start of a training can afford it.
 */
export function findLeaks({ tasks: declared, modalities }: ResolvedSpecification, { tasks }: Pick<LoadedData, "tasks">): readonly Leak[] {
  const inputsOf = (task: string): readonly string[] => declared[task]?.inputs.map(({ modality }) => modality).toSorted() ?? [];
  const ids = new Map(Object.entries(modalities).map(([name, { kind }]) => [name, valueIds(kind === "text" ? plain : (parsed) => parsed)]));
  const keyed = (row: TaskRow, inputs: readonly string[]): KeyedRow => ({ row, key: keyOf(inputs.map((modality) => idOf(row, modality, ids.get(modality)))) });
  const seenBy = new Map<string, SeenRows>();
  const seenIn = (trained: string, inputs: readonly string[]): SeenRows => {
    const key = JSON.stringify([trained, inputs]);
    const seen = seenBy.get(key) ?? seenRows((tasks.get(trained)?.splits.train ?? []).map((row) => keyed(row, inputs)), inputs);
    seenBy.set(key, seen);
    return seen;
  };
  const leaks: Leak[] = [];
  for (const [task, { splits }] of tasks) {
    const inputs = inputsOf(task);
    const evaluated = evaluatedSplits.map((split) => ({ split, rows: splits[split].map((row) => keyed(row, inputs)) }));
    for (const trained of tasks.keys()) {
      if (!inputs.every((modality) => inputsOf(trained).includes(modality))) continue;
      for (const { split, rows } of evaluated) leaks.push(...compare(rows, seenIn(trained, inputs), inputs).map((found) => ({ task, split, trained, ...found, of: rows.length })));
    }
  }
  return leaks;
}

/** A row with what its inputs are told apart by, whitespace and case of texts aside; without where it has none of them. */
interface KeyedRow {
  readonly row: TaskRow;
  readonly key: string | undefined;
}

/** By key the first row of each content. */
type SeenRows = ReadonlyMap<string, readonly TaskRow[]>;

function seenRows(rows: readonly KeyedRow[], inputs: readonly string[]): SeenRows {
  const seen = new Map<string, TaskRow[]>();
  for (const { row, key } of rows) {
    if (key === undefined) continue;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, [row]);
    else if (!sameContent(row, known, inputs)) known.push(row);
  }
  return seen;
}

function compare(rows: readonly KeyedRow[], seen: SeenRows, inputs: readonly string[]): readonly Pick<Leak, "same" | "rows" | "first">[] {
  const found = new Map<Sameness, { rows: number; first: Leak["first"] }>();
  for (const { row, key } of rows) {
    const alike = key === undefined ? [] : (seen.get(key) ?? []);
    const equal = sameContent(row, alike, inputs);
    const [same, trained] = equal ? (["content", equal] as const) : (["text", alike[0]] as const);
    if (!trained) continue;
    const known = found.get(same);
    found.set(same, { rows: (known?.rows ?? 0) + 1, first: known?.first ?? { evaluated: placeOf(row), trained: placeOf(trained) } });
  }
  return [...found].map(([same, each]) => ({ same, ...each }));
}

/** The row among those of its key whose inputs are the same to the last blank. */
function sameContent(row: TaskRow, alike: readonly TaskRow[], inputs: readonly string[]): TaskRow | undefined {
  const contentOf = ({ dataset, row: index }: TaskRow): string => JSON.stringify(inputs.map((modality) => wholeOf(dataset.columns.get(modality)?.value(index))));
  if (alike.length === 0) return undefined;
  const content = contentOf(row);
  return alike.find((other) => contentOf(other) === content);
}

function wholeOf(value: ColumnValue | undefined): unknown {
  return value === undefined ? null : (value.content ?? value.parsed);
}

function placeOf(taskRow: TaskRow): RowPlace {
  const { file, row } = rowAt(taskRow);
  return { file, row };
}

function keyOf(ids: readonly (number | undefined)[]): string | undefined {
  return ids.every((id) => id === undefined) ? undefined : ids.join();
}

/** A number for a value of a column, equal where values are. */
type IdOfValue = (value: ColumnValue) => number;

function idOf({ dataset, row }: TaskRow, modality: string, idOfValue: IdOfValue | undefined): number | undefined {
  const value = dataset.columns.get(modality)?.value(row);
  return value && idOfValue?.(value);
}

/** Of one modality, over all data sets. */
function valueIds(told: (parsed: unknown) => unknown): IdOfValue {
  const known = new Map<string, number>();
  const ofValues = new Map<ColumnValue, number>();
  const idOfParsed = ({ parsed, content }: ColumnValue): number => {
    const value = content ?? short(JSON.stringify(told(parsed)));
    const id = known.get(value) ?? known.size;
    known.set(value, id);
    return id;
  };
  return (value) => {
    const id = ofValues.get(value) ?? idOfParsed(value);
    ofValues.set(value, id);
    return id;
  };
}

/** Whitespace and case of texts aside. */
function plain(parsed: unknown): unknown {
  if (Array.isArray(parsed)) return parsed.map(plain);
  return typeof parsed === "string" ? parsed.toLowerCase().replaceAll(/\s+/g, " ").trim() : parsed;
}

const shortest = 200;

/** Long values stand for themselves by a hash, since all are held at once. */
function short(value: string): string {
  return value.length > shortest ? createHash("sha256").update(value).digest("base64") : value;
}

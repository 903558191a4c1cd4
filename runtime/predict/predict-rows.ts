import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../data/data.ts";
import { problemText } from "../data/problem-log.ts";
import type { Prediction } from "../targets/prediction.ts";
import { UserError } from "../user-error.ts";
import { type ExampleRow, exampleOfRow } from "./example-row.ts";
import { type InputColumns, type TableHead, inputColumnsOf } from "./input-columns.ts";
import type { RowPiece } from "./row-sources.ts";

/** The predictions for a row, which are of another type where values are ranked for it. */
export interface RowPredictions<Predicted = Prediction> {
  /** Its index among all rows, from 0. */
  readonly example: number;
  /** Its file, and in a table its row as an editor counts it. */
  readonly file?: string;
  readonly row?: number;
  /** Cells that are carried through: by default those that are not read for any task, as ids and labels are. */
  readonly columns: { readonly [column: string]: unknown };
  /** Predictions by task; a task that cannot use the row is in `problems`. */
  readonly predictions: { readonly [task: string]: Predicted };
  /** Why a task cannot use the row, a sentence by task. */
  readonly problems: { readonly [task: string]: string };
}

/**
 * The treatment of a row that cannot be used: it is left out and reported, it ends the prediction, or it stays with the
 * problem instead of a prediction.
 */
export type BadRows = "report" | "refuse" | "keep";

/**
 * The cells of a row that are copied to the output: those that no task reads, all, none, or those of the named columns.
 */
export type CarriedColumns = "others" | "all" | "none" | readonly string[];

export interface PredictRowsSettings<Predicted = Prediction> {
  readonly specification: ResolvedSpecification;
  /**
   * The tasks that are predicted. Unless they were named one by one, those for which the table has no columns are
   * skipped.
   */
  readonly tasks: readonly ResolvedTask[];
  readonly asked: "all" | "named";
  /** Predicts tasks together, by name; `undefined` for the examples that are reported to `onUnusable`. */
  readonly predict: (
    tasks: readonly string[],
    examples: readonly RawExample[],
    notes: {
      readonly originOf: (row: number) => ExampleRow["origin"];
      readonly onUnusable: (row: number, error: UserError, task: string) => void;
    },
  ) => Promise<ReadonlyMap<string, readonly (Predicted | undefined)[]>>;
  readonly badRows: BadRows;
  readonly carry: CarriedColumns;
  /** Receives a sentence about each row that cannot be used and about tasks that are skipped. */
  readonly onNote: (note: string) => void;
}

/** Predicts rows as they come, some at a time, in their order. */
export async function* predictRows<Predicted = Prediction>(
  pieces: AsyncIterable<RowPiece>,
  settings: PredictRowsSettings<Predicted>,
): AsyncGenerator<RowPredictions<Predicted>> {
  const { badRows, carry, onNote } = settings;
  const noted = new Set<string>();
  let next = 0;
  for await (const { head, rows, problems } of pieces) {
    for (const problem of problems) {
      const reason = `${problemText(problem)}.`;
      if (badRows === "refuse") throw new UserError("data", reason, "Repair the row, or leave such rows out.");
      onNote(reason);
    }
    if (rows.length === 0) continue;
    const tasks = readable(head, settings, noted);
    const byTask = new Map(tasks.map(({ task }) => [task.name, newOutcome<Predicted>()]));
    for (const together of tasksByColumns(tasks)) await predictTogether(together, rows, byTask, settings);
    const read = new Set(tasks.flatMap(({ inputs }) => inputs.flatMap(({ columns }) => columns)));
    for (const [at, row] of rows.entries()) {
      const predictions = [...byTask].flatMap(([task, { predicted }]) => {
        const prediction = predicted.get(at);
        return prediction === undefined ? [] : [[task, prediction] as const];
      });
      const errors = [...byTask].flatMap(([task, { errors: found }]) =>
        found.has(at) ? [[task, found.get(at) ?? ""] as const] : [],
      );
      for (const [, error] of badRows === "report" ? errors : []) onNote(error);
      const columns = Object.fromEntries(
        Object.entries(row.values).filter(([column]) => isCarried(column, carry, read)),
      );
      const example = next++;
      if (predictions.length > 0 || badRows === "keep")
        yield {
          example,
          ...row.place,
          columns,
          predictions: Object.fromEntries(predictions),
          problems: Object.fromEntries(errors),
        };
    }
  }
}

function isCarried(column: string, carry: CarriedColumns, read: ReadonlySet<string>): boolean {
  if (typeof carry !== "string") return carry.includes(column);
  return carry === "all" || (carry === "others" && !read.has(column));
}

/** A task with the columns from which a table's rows are read for it. */
interface ReadTask {
  readonly task: ResolvedTask;
  readonly inputs: readonly InputColumns[];
}

/** The predictions and problems of a task, by row. */
interface TaskOutcome<Predicted> {
  readonly predicted: Map<number, Predicted>;
  readonly errors: Map<number, string>;
}

function newOutcome<Predicted>(): TaskOutcome<Predicted> {
  return { predicted: new Map(), errors: new Map() };
}

/** The tasks that a table has the columns for, with these. */
function readable(
  head: TableHead,
  { specification, tasks, asked, onNote }: Pick<PredictRowsSettings, "specification" | "tasks" | "asked" | "onNote">,
  noted: Set<string>,
): readonly ReadTask[] {
  const found: ReadTask[] = [];
  const failures: UserError[] = [];
  for (const task of tasks) {
    try {
      found.push({ task, inputs: inputColumnsOf(specification, task, head) });
    } catch (error) {
      if (!(error instanceof UserError) || asked === "named") throw error;
      failures.push(error);
    }
  }
  if (found.length === 0 && failures[0]) throw failures[0];
  for (const { message } of failures) {
    if (!noted.has(message)) onNote(`${message} The task is skipped.`);
    noted.add(message);
  }
  return found;
}

/** Tasks in groups that read no modality from different columns, so that a row is one example for all of a group. */
function tasksByColumns(tasks: readonly ReadTask[]): readonly (readonly ReadTask[])[] {
  const groups: ReadTask[][] = [];
  for (const task of tasks) {
    const group = groups.find((others) => others.every((other) => readSameColumns(task, other)));
    if (group) group.push(task);
    else groups.push([task]);
  }
  return groups;
}

function readSameColumns(one: ReadTask, other: ReadTask): boolean {
  return one.inputs.every((input) => {
    const own = other.inputs.find(({ modality }) => modality === input.modality);
    return own === undefined || JSON.stringify(own) === JSON.stringify(input);
  });
}

/** Predicts the rows that at least one of the tasks can use, and adds what it finds to the outcomes. */
async function predictTogether<Predicted>(
  tasks: readonly ReadTask[],
  rows: readonly ExampleRow[],
  outcomes: ReadonlyMap<string, TaskOutcome<Predicted>>,
  { specification, predict, badRows }: PredictRowsSettings<Predicted>,
): Promise<void> {
  const names = tasks.map(({ task }) => task.name);
  const leaveOut = (at: number, error: UserError, task: string): void => {
    if (badRows === "refuse") throw error;
    const errors = outcomes.get(task)?.errors;
    if (!errors?.has(at)) errors?.set(at, error.message);
  };
  const inputs = new Map(tasks.flatMap((each) => each.inputs.map((input) => [input.modality, input])));
  const examples: { readonly at: number; readonly row: ExampleRow; readonly example: RawExample }[] = [];
  for (const [at, row] of rows.entries()) {
    const { example, errors } = await readRow(specification, [...inputs.values()], row);
    for (const { task, inputs: own } of tasks) {
      const error = own.flatMap(({ modality }) => errors.get(modality) ?? [])[0];
      if (error) leaveOut(at, error, task.name);
    }
    if (names.some((name) => !outcomes.get(name)?.errors.has(at))) examples.push({ at, row, example });
  }
  const exampleAt = (index: number) => {
    const found = examples[index];
    if (!found) throw new Error(`no example ${index}`);
    return found;
  };
  const given = await predict(
    names,
    examples.map(({ example }) => example),
    {
      originOf: (index) => exampleAt(index).row.origin,
      onUnusable: (index, error, task) => leaveOut(exampleAt(index).at, error, task),
    },
  );
  for (const [task, predictions] of given)
    for (const [index, prediction] of predictions.entries()) {
      const { at } = exampleAt(index);
      const outcome = outcomes.get(task);
      if (prediction !== undefined && !outcome?.errors.has(at)) outcome?.predicted.set(at, prediction);
    }
}

/** The values of a row by modality, and the errors of those that cannot be read. */
async function readRow(
  specification: ResolvedSpecification,
  inputs: readonly InputColumns[],
  row: ExampleRow,
): Promise<{ readonly example: RawExample; readonly errors: ReadonlyMap<string, UserError> }> {
  const errors = new Map<string, UserError>();
  let example: RawExample = {};
  for (const input of inputs) {
    try {
      example = { ...example, ...(await exampleOfRow(specification, [input], row)) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      errors.set(input.modality, error);
    }
  }
  return { example, errors };
}

import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../data/data.ts";
import { problemText } from "../data/problem-log.ts";
import type { Prediction } from "../targets/prediction.ts";
import { UserError } from "../user-error.ts";
import { type ExampleRow, exampleOfRow } from "./example-row.ts";
import { type InputColumns, type TableHead, inputColumnsOf } from "./input-columns.ts";
import type { RowPiece } from "./row-sources.ts";

/** The predictions for a row. */
export interface RowPredictions {
  /** Its index among all rows, from 0. */
  readonly example: number;
  /** Its file, and in a table its row as an editor counts it. */
  readonly file?: string;
  readonly row?: number;
  /** Cells that are carried through: by default those that are not read for any task, as ids and labels are. */
  readonly columns: { readonly [column: string]: unknown };
  /** Predictions by task; a task that cannot use the row is in `problems`. */
  readonly predictions: { readonly [task: string]: Prediction };
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

export interface PredictRowsSettings {
  readonly specification: ResolvedSpecification;
  /**
   * The tasks that are predicted. Unless they were named one by one, those for which the table has no columns are
   * skipped.
   */
  readonly tasks: readonly ResolvedTask[];
  readonly asked: "all" | "named";
  /** Predicts examples; `undefined` for those that are reported to `onUnusable`. */
  readonly predict: (
    task: string,
    examples: readonly RawExample[],
    told: {
      readonly originOf: (row: number) => ExampleRow["origin"];
      readonly onUnusable: (row: number, error: UserError) => void;
    },
  ) => Promise<readonly (Prediction | undefined)[]>;
  readonly badRows: BadRows;
  readonly carry: CarriedColumns;
  /** Receives a sentence about each row that cannot be used and about tasks that are skipped. */
  readonly onNote: (note: string) => void;
}

/** Predicts rows as they come, some at a time, in their order. */
export async function* predictRows(
  pieces: AsyncIterable<RowPiece>,
  settings: PredictRowsSettings,
): AsyncGenerator<RowPredictions> {
  const { badRows, carry, onNote } = settings;
  const told = new Set<string>();
  let next = 0;
  for await (const { head, rows, problems } of pieces) {
    for (const problem of problems) {
      const reason = `${problemText(problem)}.`;
      if (badRows === "refuse") throw new UserError("data", reason, "Repair the row, or leave such rows out.");
      onNote(reason);
    }
    if (rows.length === 0) continue;
    const byTask = new Map<ResolvedTask, TaskOutcome>();
    for (const [task, inputs] of readable(head, settings, told))
      byTask.set(task, await predictTask(task, inputs, rows, settings));
    const read = new Set([...byTask.values()].flatMap(({ inputs }) => inputs.flatMap(({ columns }) => columns)));
    for (const [at, row] of rows.entries()) {
      const predictions = [...byTask].flatMap(([task, { predicted }]) =>
        predicted[at] === undefined ? [] : [[task.name, predicted[at]] as const],
      );
      const errors = [...byTask].flatMap(([task, { errors: found }]) =>
        found.has(at) ? [[task.name, found.get(at) ?? ""] as const] : [],
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

interface TaskOutcome {
  readonly inputs: readonly InputColumns[];
  readonly predicted: readonly (Prediction | undefined)[];
  /** Problems by row. */
  readonly errors: ReadonlyMap<number, string>;
}

/** The tasks that a table has the columns for, with these. */
function readable(
  head: TableHead,
  { specification, tasks, asked, onNote }: PredictRowsSettings,
  told: Set<string>,
): readonly (readonly [ResolvedTask, readonly InputColumns[]])[] {
  const found: (readonly [ResolvedTask, readonly InputColumns[]])[] = [];
  const failures: UserError[] = [];
  for (const task of tasks) {
    try {
      found.push([task, inputColumnsOf(specification, task, head)]);
    } catch (error) {
      if (!(error instanceof UserError) || asked === "named") throw error;
      failures.push(error);
    }
  }
  if (found.length === 0 && failures[0]) throw failures[0];
  for (const { message } of failures) {
    if (!told.has(message)) onNote(`${message} The task is skipped.`);
    told.add(message);
  }
  return found;
}

async function predictTask(
  task: ResolvedTask,
  inputs: readonly InputColumns[],
  rows: readonly ExampleRow[],
  { specification, predict, badRows }: PredictRowsSettings,
): Promise<TaskOutcome> {
  const errors = new Map<number, string>();
  const leaveOut = (at: number, error: UserError): void => {
    if (badRows === "refuse") throw error;
    errors.set(at, error.message);
  };
  const examples: { readonly at: number; readonly example: RawExample }[] = [];
  for (const [at, row] of rows.entries()) {
    try {
      examples.push({ at, example: await exampleOfRow(specification, inputs, row) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      leaveOut(at, error);
    }
  }
  const placeOf = (index: number): number => examples[index]?.at ?? -1;
  const originOf = (index: number): ExampleRow["origin"] => {
    const row = rows[placeOf(index)];
    if (row === undefined) throw new Error(`no row ${index}`);
    return row.origin;
  };
  const given = await predict(
    task.name,
    examples.map(({ example }) => example),
    { originOf, onUnusable: (index, error) => leaveOut(placeOf(index), error) },
  );
  const predicted: (Prediction | undefined)[] = rows.map(() => undefined);
  for (const [index, prediction] of given.entries()) predicted[placeOf(index)] = prediction;
  return { inputs, predicted, errors };
}

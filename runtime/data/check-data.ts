import { counted } from "../../compiler/counted.ts";
import { pagedMemory } from "./columns/loaded-dataset.ts";
import { fieldsOf } from "./columns/dataset-fields.ts";
import { type DataProblem, type Split, splitNames } from "./data.ts";
import { cacheFolderOf, type OpenDataOptions } from "./load-data.ts";
import { openData } from "./open-data.ts";
import { ProblemLog } from "./problem-log.ts";
import { readDataset } from "./rows/read-dataset.ts";
import { UserError } from "../user-error.ts";

/** The outcome of checking data as training would before its first step. */
export interface CheckedData {
  /** The reasons why training would not begin, with what to do; empty if it would. */
  readonly errors: readonly { readonly message: string; readonly help?: string }[];
  readonly tasks: { readonly [task: string]: { readonly [Name in Split]: number } };
  /** The rows and cells that are left out. */
  readonly problems: readonly DataProblem[];
  readonly notes: readonly string[];
}

/**
 * Reads, checks and encodes the data sets of a specification as training would, including pictures and sounds, without
 * training.
 */
export async function checkData(options: OpenDataOptions): Promise<CheckedData> {
  try {
    const data = await openData(options);
    await data.close();
    const counts = (task: string) => ({
      train: data.rows(task, "train"),
      validation: data.rows(task, "validation"),
      test: data.rows(task, "test"),
    });
    return {
      errors: [],
      tasks: Object.fromEntries(Object.keys(options.specification.tasks).map((task) => [task, counts(task)])),
      problems: data.problems,
      notes: data.notes,
    };
  } catch (error) {
    const first = failure(error);
    const others = await failuresOfTables(options);
    return {
      errors: others.some(({ message }) => message === first.message) ? others : [first, ...others],
      tasks: {},
      problems: [],
      notes: [],
    };
  }
}

/** Checks the tables of each data set on its own, since `openData` stops at the first error. */
async function failuresOfTables(options: OpenDataOptions): Promise<CheckedData["errors"]> {
  const { specification } = options;
  const failures = [];
  for (const dataset of Object.values(specification.datasets)) {
    const paged = pagedMemory(dataset, cacheFolderOf(options));
    const reading = readDataset(dataset, fieldsOf(specification, dataset), {
      specification,
      folders: options,
      problems: new ProblemLog(),
      keep: "used",
      paged,
    });
    const found = await reading.then(() => undefined, failure);
    paged?.close();
    if (found) failures.push(found);
  }
  return failures;
}

function failure(error: unknown): CheckedData["errors"][number] {
  if (!(error instanceof UserError)) throw error;
  return { message: error.message, ...(error.help === undefined ? {} : { help: error.help }) };
}

/** Lines such as `mood: 90 rows to train on, 10 for validation, 12 for test.`, and the notes. */
export function checkedLines({ tasks, problems, notes }: CheckedData): readonly string[] {
  const lines = Object.entries(tasks).map(
    ([task, rows]) => `${task}: ${splitNames.map((split) => `${rows[split]} ${split}`).join(", ")} rows.`,
  );
  return [
    ...lines,
    ...notes,
    ...(problems.length > 0 ? [`${counted(problems.length, "bad row is", "bad rows are")} left out.`] : []),
  ];
}

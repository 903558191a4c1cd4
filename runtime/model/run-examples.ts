import type { ExamplePlace, RawExample } from "../data/data.ts";
import { openData } from "../data/open-data.ts";
import { findRunData } from "../run/run-data.ts";
import { RunFolder } from "../run/run-folder.ts";
import { readBundleOf, readRunLock } from "../run/run-lock.ts";
import { UserError } from "../user-error.ts";

/** A row of the data of a run. */
export interface RunExample {
  /** The values of all modalities that the row has, as a model predicts from them. */
  readonly values: RawExample;
  /** Its file, and its row as an editor counts it. */
  readonly file: string;
  readonly row: number;
  /** The number of such rows. */
  readonly rows: number;
}

/** The rows of the data that a run was trained on. */
export interface RunExamples {
  /** The example of a task, split and row. After the last row of a task and split comes the first one. */
  at(place: ExamplePlace): Promise<RunExample>;
  close(): Promise<void>;
}

/** Reads the data of a run as its training did, without an engine. */
export async function openRunExamples(run: string): Promise<RunExamples> {
  const folder = new RunFolder(run);
  const lock = await readRunLock(folder);
  const { compiled, preprocessing } = await readBundleOf(folder, lock);
  const { folders } = await findRunData({ run: folder, lock, compiled });
  const data = await openData({ specification: compiled.program.specification, ...folders, preprocessing });
  return {
    async at({ task, split, row }) {
      const rows = data.rows(task, split);
      if (rows === 0)
        throw new UserError("data", `${task} has no ${split} rows.`, "Choose a task or a split that has some.");
      const place = { task, split, row: row % rows };
      const { file, row: number } = await data.source(place);
      return { values: await data.example(place), file, row: number, rows };
    },
    close: () => data.close(),
  };
}

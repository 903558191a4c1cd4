import type { Host } from "../../compiler/host.ts";
import type { SetParams } from "../../compiler/program.ts";

export interface RunDivergence {
  /** The name of the run's folder. */
  readonly run: string;
  readonly stage: string;
  readonly message: string;
}

/** The outside world as the service sees it. */
export interface ServiceHost extends Host {
  /** Values of params and options with which every specification is read, as `--set NAME=VALUE` gives them. They stay the same. */
  readonly set?: SetParams;
  /** The paths of all specifications of the workspace, those that an editor has open or not. */
  specifications(): readonly string[];
  /** Something happened on disk, so that there may be other specifications. */
  refresh?(): void;
  /**
   * The names of the weights in each run of a specification that there is, and in each of the files, runs and models at `sources`; absent where
   * nothing is trained.
   */
  trainedWeights?(entry: string, sources: readonly string[]): readonly (readonly string[])[];
  /** The columns of a table, or of the first file of a pattern, with some values of each; none if it cannot be read. Absent where no tables can be read. */
  columnsOf?(path: string): Promise<readonly TableColumn[]>;
  /** The files and folders in a folder; none if it cannot be read. Absent where there are no folders. */
  entriesIn?(folder: string): readonly FolderEntry[];
  /** True for a file or a folder on disk. */
  exists(path: string): boolean;
  /** The explanation of a diagnostic by its code, as Markdown, where the host has it. */
  explanationOf?(code: string): string | undefined;
  /** The value that was not finite and ended the newest run of a specification, by the name of its model; `undefined` if none did. */
  divergenceOf?(specification: string, model: string): RunDivergence | undefined;
}

export interface TableColumn {
  readonly name: string;
  /** Up to five values, as they are shown to a user. */
  readonly values: readonly string[];
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
}

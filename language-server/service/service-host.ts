import type { Host } from "../../compiler/host.ts";

export interface RunDivergence {
  /** The name of the run's folder. */
  readonly run: string;
  readonly stage: string;
  readonly message: string;
}

/** The outside world as the service sees it. */
export interface ServiceHost extends Host {
  /** The paths of all specifications of the workspace, those that an editor has open or not. */
  specifications(): readonly string[];
  /** Something happened on disk, so that there may be other specifications. */
  refresh?(): void;
  /**
   * The names of the weights in each run of a specification that there is, and in each of the files, runs and models at `sources`; absent where
   * nothing is trained.
   */
  trainedWeights?(entry: string, sources: readonly string[]): readonly (readonly string[])[];
  /** True for a file or a folder on disk. */
  exists(path: string): boolean;
  /** The explanation of a diagnostic by its code, as Markdown, where the host has it. */
  explanationOf?(code: string): string | undefined;
  /** The value that was not finite and ended the newest run of a specification, by the name of its model; `undefined` if none did. */
  divergenceOf?(specification: string, model: string): RunDivergence | undefined;
}

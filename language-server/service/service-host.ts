import type { Host } from "../../compiler/host.ts";

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
}

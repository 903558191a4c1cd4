import type { TrainingObserver } from "../train/phase/observer.ts";
import type { StageLoop } from "../train/phase/open-stage.ts";

/** Options that every training has, whether it begins or is resumed. */
export interface RunOptions {
  readonly observer?: TrainingObserver;
  /**
   * Trains each stage instead of `trainStage`, for a schedule, a callback or a stop of your own. A resumed run needs
   * the same loop.
   */
  readonly loop?: StageLoop;
  /** When it aborts, the run is saved and ends. By default Ctrl-C and SIGTERM do that. */
  readonly interrupt?: AbortSignal;
  /**
   * The folder that the paths of data sets are relative to, if the data is not in the folder of the specification. It
   * may be anywhere. By default the variable MTL_DATA.
   */
  readonly data?: string;
  /**
   * Converts the path of a file or folder for messages; by default it stays unchanged. The command line shows it
   * relative to the current folder.
   */
  readonly displayPath?: (path: string) => string;
}

/** Shows a path in messages as the user of these options wants it. */
export function shownPath({ displayPath }: Pick<RunOptions, "displayPath">, path: string): string {
  return displayPath?.(path) ?? path;
}

import { UserError } from "../user-error.ts";
import type { CheckpointFolder } from "./checkpoint-folder.ts";
import type { FinishedPhase, TrainingState } from "./training-state.ts";

/** A checkpoint with the weights that a run has come to. A run that forked has one for each task. */
export interface ModelCheckpoint {
  readonly checkpoint: string;
  /** The task whose weights they are; absent if the run did not fork. */
  readonly fork?: string;
}

/** The checkpoints that these phases left: that of the last one, or those of all tasks if it forked. */
export function modelCheckpoints(phases: readonly FinishedPhase[], which: "best" | "last"): readonly ModelCheckpoint[] {
  const forks = phases.filter(({ fork }) => fork !== undefined);
  return (forks.length > 0 ? forks : phases.slice(-1)).map(({ fork, [which]: checkpoint }) => ({
    checkpoint,
    ...(fork === undefined ? {} : { fork }),
  }));
}

/** The same for the folder of a run, finished or not, according to its newest checkpoint. */
export async function readModelCheckpoints(
  checkpoints: CheckpointFolder,
  which: "best" | "last",
): Promise<readonly ModelCheckpoint[]> {
  return modelCheckpoints(await phasesSoFar(checkpoints), which);
}

/**
 * The checkpoints that the run still needs: those from which later stages may start, and those that are measured at the
 * end.
 */
export function checkpointsToCome({ best, phases }: Pick<TrainingState, "best" | "phases">): readonly string[] {
  return [...(best ? [best.checkpoint] : []), ...phases.flatMap((phase) => [phase.best, phase.last])];
}

/**
 * The phases of a run that have ended or begun, with the checkpoints that they have left so far; up to a checkpoint, by
 * default the newest.
 */
export async function phasesSoFar(checkpoints: CheckpointFolder, until?: string): Promise<readonly FinishedPhase[]> {
  const names = await checkpoints.names();
  const newest = until ?? names.at(-1);
  if (newest === undefined)
    throw new UserError(
      "data",
      `There is no checkpoint in ${checkpoints.path}.`,
      "Train the run at least to its first checkpoint: `mtl train --resume RUN`.",
    );
  if (!names.includes(newest))
    throw new UserError(
      "usage",
      `The run has no checkpoint "${newest}".`,
      `There are ${["best", "last", ...names].join(", ")}.`,
    );
  const { phase: name, fork, best, finished, phases } = await checkpoints.state(newest);
  return finished
    ? phases
    : [...phases, { name, ...(fork === undefined ? {} : { fork }), last: newest, best: best?.checkpoint ?? newest }];
}

/** True if a choice is `best` or `last`, and not the name of a checkpoint. */
export function isPointer(choice: string): choice is "best" | "last" {
  return choice === "best" || choice === "last";
}

export function isOf({ fork }: ModelCheckpoint, task: string): boolean {
  return fork === undefined || fork === task;
}

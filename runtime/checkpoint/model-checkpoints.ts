import { UserError } from "../user-error.ts";
import type { CheckpointFolder } from "./checkpoint-folder.ts";
import type { FinishedPhase, TrainingState } from "./training-state.ts";

/** A checkpoint with the weights that a run has come to. A run that forked has one for each task. */
export interface ModelCheckpoint {
  readonly checkpoint: string;
  /** Whose weights they are; everybody's where the run did not fork. */
  readonly fork?: string;
}

/** What these phases have left: the end of the last one, or all results of a fork. */
export function modelCheckpoints(phases: readonly FinishedPhase[], which: "best" | "last"): readonly ModelCheckpoint[] {
  const forks = phases.filter(({ fork }) => fork !== undefined);
  return (forks.length > 0 ? forks : phases.slice(-1)).map(({ fork, [which]: checkpoint }) => ({ checkpoint, ...(fork === undefined ? {} : { fork }) }));
}

/** The same of a run's folder, whether it has ended or not: what its newest checkpoint knows. */
export async function readModelCheckpoints(checkpoints: CheckpointFolder, which: "best" | "last"): Promise<readonly ModelCheckpoint[]> {
  const newest = (await checkpoints.names()).at(-1);
  if (newest === undefined) throw new UserError("data", `There is no checkpoint in ${checkpoints.path}.`, "Train the run at least to its first checkpoint: `mtl train --resume RUN`.");
  const { phase: name, fork, best, finished, phases } = await checkpoints.state(newest);
  const now: FinishedPhase = { name, last: newest, best: best?.checkpoint ?? newest, ...(fork === undefined ? {} : { fork }) };
  return modelCheckpoints(finished ? phases : [...phases, now], which);
}

/** The checkpoints that a run comes back to from here on: what later stages may start from, and what is measured in the end. */
export function checkpointsToCome({ best, phases }: Pick<TrainingState, "best" | "phases">): readonly string[] {
  return [...(best ? [best.checkpoint] : []), ...phases.flatMap((phase) => [phase.best, phase.last])];
}

/** What a person chose: `best`, `last`, or a checkpoint by its name. */
export async function chosenCheckpoints(checkpoints: CheckpointFolder, choice: string): Promise<readonly ModelCheckpoint[]> {
  if (isPointer(choice)) return readModelCheckpoints(checkpoints, choice);
  const names = await checkpoints.names();
  if (!names.includes(choice)) throw new UserError("usage", `The run has no checkpoint "${choice}".`, `There are ${["best", "last", ...names].join(", ")}.`);
  const { fork } = await checkpoints.state(choice);
  return [{ checkpoint: choice, ...(fork === undefined ? {} : { fork }) }];
}

/** Whether a choice is of what a run has come to, and not of one checkpoint. */
export function isPointer(choice: string): choice is "best" | "last" {
  return choice === "best" || choice === "last";
}

export function isOf({ fork }: ModelCheckpoint, task: string): boolean {
  return fork === undefined || fork === task;
}

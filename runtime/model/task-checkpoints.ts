import { existsSync } from "../host/files.ts";
import { suggestionAmong } from "../../compiler/diagnostics/define.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { CheckpointFolder } from "../checkpoint/checkpoint-folder.ts";
import { isPointer, phasesSoFar } from "../checkpoint/model-checkpoints.ts";
import type { FinishedPhase } from "../checkpoint/training-state.ts";
import { forkOf } from "../train/phase/phases.ts";
import { type ServedTask, servedTasks } from "../train/phase/served-tasks.ts";
import { UserError } from "../user-error.ts";

/** A task of a run with the checkpoints that it is measured by. */
export interface TaskCheckpoint extends ServedTask {
  /** `undefined` if a fork has not begun, or if the phase's checkpoint no longer exists. */
  readonly checkpoint: string | undefined;
  /** The best one of the last phase that trained the task, where that is another one and still there. */
  readonly ownCheckpoint?: string;
}

export interface TaskCheckpointsRequest {
  readonly specification: ResolvedSpecification;
  readonly checkpoints: CheckpointFolder;
  /** The stage whose weights are used; by default the last one that has begun. */
  readonly stage?: string | undefined;
  readonly which?: "best" | "last";
}

/** Every task that a run has trained so far, or had when a stage ended, with its checkpoints. */
export async function readTaskCheckpoints({
  specification,
  checkpoints,
  stage,
  which = "best",
}: TaskCheckpointsRequest): Promise<readonly TaskCheckpoint[]> {
  requireStage(specification, stage);
  const phases = await phasesSoFar(checkpoints);
  const found = taskCheckpoints({ specification, checkpoints, phases, stage, which });
  if (found.length === 0)
    throw new UserError("data", `The stage ${stage} has not begun.`, "Continue the run: `mtl train --resume RUN`.");
  return found;
}

export interface TaskCheckpointsOf extends TaskCheckpointsRequest {
  readonly phases: readonly FinishedPhase[];
}

export function taskCheckpoints({
  specification,
  checkpoints,
  phases,
  stage,
  which = "best",
}: TaskCheckpointsOf): readonly TaskCheckpoint[] {
  const there = (name: string | undefined): string | undefined =>
    name !== undefined && existsSync(checkpoints.folderOf(name)) ? name : undefined;
  const endOf = (phase: string): FinishedPhase | undefined => phases.find(({ name }) => name === phase);
  return servedTasks(specification, stage, new Set(phases.map(({ name }) => name))).map((served) => {
    const own = served.own.name === served.weights.name ? undefined : there(endOf(served.own.name)?.best);
    return {
      ...served,
      checkpoint: there(endOf(served.weights.name)?.[which]),
      ...(own === undefined ? {} : { ownCheckpoint: own }),
    };
  });
}

export interface ChosenTasks {
  /** `best`, as by default, `last`, or a checkpoint by its name. */
  readonly checkpoint?: string | undefined;
  readonly stage?: string | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
}

/** The tasks that have a checkpoint. Those without one are reported. */
export async function chosenTasks(
  specification: ResolvedSpecification,
  checkpoints: CheckpointFolder,
  { checkpoint: which = "best", stage, onNote }: ChosenTasks,
): Promise<readonly TaskCheckpoint[]> {
  if (!isPointer(which)) {
    if (stage !== undefined)
      throw new UserError(
        "usage",
        `The checkpoint ${which} belongs to one stage, so --stage cannot be used with it.`,
        "Remove --checkpoint or --stage.",
      );
    return checkpointTasks(specification, checkpoints, which);
  }
  const all = await readTaskCheckpoints({ specification, checkpoints, stage, which });
  const lacking = all.filter(({ checkpoint }) => checkpoint === undefined);
  const forks = lacking.filter(({ weights }) => forkOf(weights) !== undefined).map(({ task }) => task);
  if (forks.length > 0) onNote?.(`The forks of ${forks.join(", ")} have not begun; the other tasks are measured.`);
  const [gone] = lacking.filter(({ weights }) => forkOf(weights) === undefined);
  if (gone && lacking.length === all.length) throw withoutCheckpoint(gone);
  if (gone) onNote?.(`${withoutCheckpoint(gone).message} The other tasks are measured.`);
  const isOwnShown = which === "best" && stage === undefined;
  return all
    .filter(({ checkpoint }) => checkpoint !== undefined)
    .map(({ ownCheckpoint, ...task }) =>
      isOwnShown && ownCheckpoint !== undefined ? { ...task, ownCheckpoint } : task,
    );
}

/**
 * The tasks for which a named checkpoint has weights: those that were trained until then, or the one to whose fork it
 * belongs.
 */
async function checkpointTasks(
  specification: ResolvedSpecification,
  checkpoints: CheckpointFolder,
  checkpoint: string,
): Promise<readonly TaskCheckpoint[]> {
  const phases = await phasesSoFar(checkpoints, checkpoint);
  const last = phases.at(-1);
  const served = servedTasks(specification, undefined, new Set(phases.map(({ name }) => name)));
  return served.filter(({ weights }) => weights.name === last?.name).map((each) => ({ ...each, checkpoint }));
}

export function requireStage({ stages }: Pick<ResolvedSpecification, "stages">, stage: string | undefined): void {
  const names = stages.map(({ name }) => name);
  if (stage !== undefined && !names.includes(stage))
    throw new UserError(
      "usage",
      `The specification has no stage "${stage}".`,
      suggestionAmong(stage, names, `Its stages are ${names.join(", ")}.`),
    );
}

/** Why a task of a run has no weights to be had. */
export function withoutCheckpoint({ task, weights }: ServedTask): UserError {
  if (forkOf(weights) !== undefined)
    return new UserError(
      "data",
      `The fork of task ${task} has no weights yet.`,
      "Train the run to its end: `mtl train --resume RUN`.",
    );
  return new UserError(
    "data",
    `The checkpoint of stage ${weights.name} with the weights of task ${task} no longer exists.`,
    "It is kept if the stage has `checkpoint(keep_best: true)`, which is the default; earlier versions had no such option.",
  );
}

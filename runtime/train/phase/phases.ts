import type { ResolvedSpecification, ResolvedStage } from "../../../compiler/schema/resolved.ts";

/** One part of a training: a stage, or one task of a stage that runs `for_each: task`. */
export interface Phase {
  readonly stage: ResolvedStage;
  readonly forTask?: string;
  /** `STAGE` or `STAGE.TASK`: unique, and the key of the phase's random streams. */
  readonly name: string;
}

/** The phases in the order in which they run. */
export function phasesOf(specification: ResolvedSpecification): readonly Phase[] {
  return specification.stages.flatMap((stage): readonly Phase[] =>
    stage.for_each === "task"
      ? stage.tasks.map((task) => ({ stage, forTask: task, name: `${stage.name}.${task}` }))
      : [{ stage, name: stage.name }],
  );
}

/** The last phase of the stage: what `init: best(STAGE)` and `last(STAGE)` mean. */
export function lastPhaseOf(phases: readonly Phase[], stage: string): Phase {
  const found = phases.findLast((phase) => phase.stage.name === stage);
  if (!found) throw new Error(`no stage ${stage}`);
  return found;
}

/**
 * The task of a fork's phase, which begins where the stage begins and has a result of its own; `undefined` if the stage
 * does not fork.
 */
export function forkOf({ stage, forTask }: Phase): string | undefined {
  return stage.fork ? forTask : undefined;
}

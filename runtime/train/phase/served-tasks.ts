import type { ResolvedSpecification, ResolvedStage, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import { type Phase, forkOf, phasesOf } from "./phases.ts";

/** A task that a run has trained, with the phases by which it is measured and predicted. */
export interface ServedTask {
  readonly task: string;
  /** The last phase that trained the task, which determines its graphs, and its result if that is separate. */
  readonly own: Phase;
  /** The phase whose weights the task has. */
  readonly weights: Phase;
}

/**
 * Every task that was trained until the end of a stage, the stage's own tasks first. A task has the weights of that
 * stage if these come from a training of the task; if the stage forks, those of its fork, or those with which the forks
 * began. Otherwise it has the weights of the last stage that trained it. `begun` are the phases of a run that has not
 * ended.
 */
export function servedTasks(
  specification: ResolvedSpecification,
  stage?: string,
  begun?: ReadonlySet<string>,
): readonly ServedTask[] {
  const phases = phasesOf(specification).filter(
    (phase) => begun === undefined || begun.has(phase.name) || isForkOfBegun(phase, begun),
  );
  const last = phases.findLast((phase) => stage === undefined || phase.stage.name === stage)?.stage;
  if (!last) return [];
  const before = specification.stages.slice(0, specification.stages.indexOf(last) + 1);
  const names = [...new Set([...last.tasks, ...Object.keys(specification.tasks)])];
  return names.flatMap((task) => {
    const chain = stagesInto(before, last);
    const trained = chain.some(({ tasks }) => tasks.includes(task))
      ? chain
      : before.filter(({ tasks }) => tasks.includes(task)).slice(-1);
    const own = trained.flatMap((each) => phaseThatTrains(task, each, phases) ?? [])[0];
    const weights = trained.flatMap((each) => phaseWithWeights(task, each, phases) ?? [])[0];
    return own && weights ? [{ task, own, weights }] : [];
  });
}

/**
 * The tasks that are used if none is named: those of the last stage, and earlier ones that need no other inputs and are
 * not pretext tasks.
 */
export function meantTasks(specification: ResolvedSpecification, served: readonly ServedTask[]): readonly string[] {
  const last = lastStageTasks(served);
  const inputsOf = (task: string) => specification.tasks[task]?.inputs ?? [];
  const given = new Set(last.flatMap((task) => inputsOf(task).map(({ modality }) => modality)));
  const isAlike = (task: string): boolean =>
    !isPretext(specification.tasks[task]) &&
    inputsOf(task).every(({ modality, optional }) => optional || given.has(modality));
  return served.map(({ task }) => task).filter((task) => last.includes(task) || isAlike(task));
}

function isPretext(task: ResolvedTask | undefined): boolean {
  return task !== undefined && targetOf(task.target).isPretext === true;
}

/** The tasks of the stage that came last. */
export function lastStageTasks(served: readonly ServedTask[]): readonly string[] {
  const [first] = served;
  return served.map(({ task }) => task).filter((task) => first?.own.stage.tasks.includes(task));
}

/** A stage, the one that it starts from, the one that this starts from, and so on. */
function stagesInto(stages: readonly ResolvedStage[], stage: ResolvedStage): readonly ResolvedStage[] {
  const start = startOf(stages, stage);
  return [stage, ...(start ? stagesInto(stages.slice(0, stages.indexOf(stage)), start) : [])];
}

function startOf(stages: readonly ResolvedStage[], stage: ResolvedStage): ResolvedStage | undefined {
  const { init } = stage;
  if (init?.kind === "fresh") return undefined;
  return init && "stage" in init ? stages.find(({ name }) => name === init.stage) : stages[stages.indexOf(stage) - 1];
}

function phaseThatTrains(task: string, { name, tasks }: ResolvedStage, phases: readonly Phase[]): Phase | undefined {
  return tasks.includes(task)
    ? phases.findLast(({ stage, forTask }) => stage.name === name && (forTask === undefined || forTask === task))
    : undefined;
}

/** A fork has weights for its task alone. */
function phaseWithWeights(task: string, { name }: ResolvedStage, phases: readonly Phase[]): Phase | undefined {
  return phases.findLast((phase) => phase.stage.name === name && (forkOf(phase) ?? task) === task);
}

/** A fork that has not begun still represents its task, which has no weights yet. */
function isForkOfBegun({ stage }: Phase, begun: ReadonlySet<string>): boolean {
  return stage.fork === true && stage.tasks.some((task) => begun.has(`${stage.name}.${task}`));
}

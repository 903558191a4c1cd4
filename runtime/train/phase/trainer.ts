import type { PlanSettings } from "../../../compiler/stage/checked-program.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import { isWarm } from "../../../compiler/stage/warm-sources.ts";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { type Checkpoint, type Tensors, readModel } from "../../checkpoint/checkpoint.ts";
import type { FinishedPhase } from "../../checkpoint/training-state.ts";
import { UserError } from "../../user-error.ts";
import { sharedRowsNotes } from "./shared-rows-notes.ts";
import { teacherOf } from "../../pretrained/teacher-of.ts";
import type { WarmStart, WarmStarts } from "../../pretrained/warm-start.ts";
import { checkpointUnderNewNames, underNewNames } from "../../pretrained/under-new-names.ts";
import { type Phase, forkOf, lastPhaseOf, phasesOf } from "./phases.ts";
import { startingWeights, weightKey } from "./phase-weights.ts";
import { servedTasks } from "./served-tasks.ts";
import type { PhaseEnd, RunContext } from "./run-context.ts";
import { runPhase } from "./run-phase.ts";
import { sampledTasks } from "./stage-length.ts";
import { drawableTasks } from "../samplers/drawable-tasks.ts";

export interface TrainingSettings extends RunContext {
  /** Instead of each stage's own. */
  readonly seed?: number;
  /** Weights that stages take from outside of the run, by stage. */
  readonly starts?: WarmStarts;
  /** The newest checkpoint of the run, from which to continue. */
  readonly resumed?: Checkpoint;
}

/** The last phase, with the names of its checkpoints. */
export interface TrainingEnd extends FinishedPhase {
  /** All phases. */
  readonly phases: readonly FinishedPhase[];
  /** Updates of the whole run. */
  readonly runStep: number;
}

/** Trains all stages in order, from the beginning or from a checkpoint. */
export async function trainAll(settings: TrainingSettings): Promise<TrainingEnd> {
  const phases = phasesOf(settings.program.specification);
  const { renamed } = settings.program.specification;
  const resumed = settings.resumed && checkpointUnderNewNames(settings.resumed, renamed);
  let end: PhaseEnd = resumed ? endBefore(resumed) : { phases: [], weights: new Map(), runStep: 0 };
  for (const [index, phase] of phases.entries()) {
    if (index < end.phases.length) continue;
    if (settings.interrupt.aborted) throw new UserError("interrupted", `Interrupted before stage ${phase.name}.`);
    const goesOn = resumed?.state.phase === phase.name && !resumed.state.finished;
    end = await trainPhase(settings, phases, phase, end, goesOn ? resumed : undefined);
  }
  const last = end.phases.at(-1);
  if (!last) throw new UserError("specification", "The specification has no stage to train.", "Add a `stage`.");
  return { ...last, phases: end.phases, runStep: end.runStep };
}

/** The state of the run when the phase of the checkpoint began, or when it ended if it has. */
function endBefore({ state, model }: Checkpoint): PhaseEnd {
  return { phases: state.phases, weights: model, runStep: state.finished ? state.runStep : state.runStep - state.step };
}

async function trainPhase(
  settings: TrainingSettings,
  phases: readonly Phase[],
  phase: Phase,
  before: PhaseEnd,
  resumed: Checkpoint | undefined,
): Promise<PhaseEnd> {
  const { program } = settings;
  const plan = planOf(program, phase);
  checkRows(plan, settings);
  if (!resumed) for (const note of sharedRowsNotes(plan, settings)) settings.observer.onNote?.(note);
  const seed = resumed?.state.seed ?? settings.seed ?? phase.stage.seed;
  const carried =
    resumed?.model ??
    (await withTeacher(settings, await startOf(settings, phase, phases, before, seed), {
      phase,
      plan,
      seed,
      checkpoint: teacherCheckpoint(phase, phases, before.phases),
    }));
  return runPhase(settings, {
    phase,
    plan,
    seed,
    phases: before.phases,
    needed: neededAfter(program.specification, phase, before.phases),
    weights: startingWeights(plan, carried, seed),
    runStep: before.runStep,
    ...(resumed ? { resumed } : {}),
  });
}

export function planOf(
  program: TrainingSettings["program"],
  { stage, forTask }: Phase,
  rows: Pick<PlanSettings, "batch"> = {},
): StagePlan {
  return program.plan(stage.name, { ...rows, ...(forTask === undefined ? {} : { forTask }) });
}

/**
 * Only the first task of a `for_each` starts as `init` says. The others continue from the previous task or, if the
 * stage forks, start from the same weights.
 */
async function startOf(
  settings: TrainingSettings,
  phase: Phase,
  phases: readonly Phase[],
  before: PhaseEnd,
  seed: number,
): Promise<Tensors> {
  const { init } = phase.stage;
  const goesOn = phases[before.phases.length - 1]?.stage === phase.stage;
  if (goesOn && forkOf(phase) === undefined) return before.weights;
  if (init?.kind === "fresh") return new Map();
  const isNamed = init !== undefined && !isWarm(init);
  const carried =
    goesOn || isNamed ? await readStart(settings, startCheckpoint(phase, phases, before.phases)) : before.weights;
  return isWarm(init) ? warmStart(settings.starts, phase).over(carried, seed) : carried;
}

interface TeacherOf {
  readonly phase: Phase;
  readonly plan: StagePlan;
  readonly seed: number;
  /** The checkpoint that has the teacher's weights, if it is an earlier stage. */
  readonly checkpoint: string | undefined;
}

/** The weights with which a phase starts, and those of its teacher. */
async function withTeacher(
  settings: TrainingSettings,
  carried: Tensors,
  { phase: { stage }, plan, seed, checkpoint }: TeacherOf,
): Promise<Tensors> {
  const outside = settings.starts?.get(teacherOf(stage.name));
  if (stage.teacher && outside) return outside.over(carried, seed);
  if (checkpoint === undefined) return carried;
  const taught = await readStart(settings, checkpoint);
  const weights = new Map(carried);
  for (const weight of plan.weights) {
    if (weight.ofTeacher === undefined) continue;
    const tensor = taught.get(weightKey({ ...weight, name: weight.ofTeacher }));
    if (!tensor) throw new Error(`the teacher of stage ${stage.name} has no weight ${weight.ofTeacher}`);
    weights.set(weightKey(weight), tensor);
  }
  return weights;
}

function teacherCheckpoint(
  { stage: { teacher } }: Phase,
  phases: readonly Phase[],
  ended: readonly FinishedPhase[],
): string | undefined {
  if (!teacher || teacher.kind === "from") return undefined;
  const { name } = lastPhaseOf(phases, teacher.stage) ?? {};
  return ended.find((phase) => phase.name === name)?.[teacher.kind];
}

/**
 * The checkpoint from which a stage starts, before the weights that it takes from outside: the one that `init` names,
 * or the last one of the previous stage.
 */
function startCheckpoint(
  { stage }: Phase,
  phases: readonly Phase[],
  ended: readonly FinishedPhase[],
): string | undefined {
  const { init } = stage;
  const checkpointOf = (phase: Phase | undefined, which: "best" | "last") =>
    ended.find(({ name }) => name === phase?.name)?.[which];
  if (init?.kind === "fresh") return undefined;
  if (init && "stage" in init) return checkpointOf(lastPhaseOf(phases, init.stage), init.kind);
  return checkpointOf(phases[phases.findIndex((phase) => phase.stage === stage) - 1], "last");
}

/** The weights of a checkpoint; empty before the first stage. */
async function readStart({ checkpoints, program }: TrainingSettings, checkpoint: string | undefined): Promise<Tensors> {
  if (checkpoint === undefined) return new Map();
  return underNewNames(await readModel(checkpoints.folderOf(checkpoint)), program.specification.renamed);
}

function warmStart(starts: TrainingSettings["starts"], { stage }: Phase): WarmStart {
  const start = starts?.get(stage.name);
  if (!start) throw new Error(`the start of stage ${stage.name} was not opened`);
  return start;
}

/**
 * The checkpoints of ended phases that later phases need. For a fork these are its results, and the checkpoint where it
 * began, so that they can be compared.
 */
function neededAfter(
  specification: ResolvedSpecification,
  phase: Phase,
  ended: readonly FinishedPhase[],
): ReadonlySet<string> {
  const phases = phasesOf(specification);
  const starting = phases
    .slice(phases.findIndex(({ name }) => name === phase.name))
    .filter(
      (each) => forkOf(each) !== undefined || (each.name !== phase.name && each.stage.init && !isWarm(each.stage.init)),
    );
  const starts = starting.flatMap((each) => startCheckpoint(each, phases, ended) ?? []);
  const teachers = phases
    .slice(phases.findIndex(({ name }) => name === phase.name) + 1)
    .flatMap((each) => teacherCheckpoint(each, phases, ended) ?? []);
  const results = ended.flatMap(({ fork, best, last }) => (fork === undefined ? [] : [best, last]));
  return new Set([...starts, ...teachers, ...results, ...keptBest(specification, ended)]);
}

/**
 * The best checkpoints of ended phases, by which their tasks can be measured as they were. If a stage does not keep its
 * best one, only those without which a task would have no weights.
 */
function keptBest(specification: ResolvedSpecification, ended: readonly FinishedPhase[]): readonly string[] {
  const serving = new Set(servedTasks(specification).map(({ weights }) => weights.name));
  const keeping = new Set(
    phasesOf(specification)
      .filter(({ stage }) => stage.checkpoint.keep_best)
      .map(({ name }) => name),
  );
  return ended.filter(({ name }) => serving.has(name) || keeping.has(name)).map(({ best }) => best);
}

/** An empty training split is an error, unless the sampler never draws the task. */
function checkRows(plan: StagePlan, { data }: TrainingSettings): void {
  const task = drawableTasks(plan.stage, sampledTasks(plan, data)).find((each) => data.rows(each, "train") === 0);
  if (task !== undefined)
    throw new UserError(
      "data",
      `Task ${task} has no rows to train on.`,
      `Check its data set's \`split\` and target column, or remove ${task} from stage ${plan.stage.name}.`,
    );
}

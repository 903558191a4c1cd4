import type { StagePlan } from "../../compiler/plan.ts";
import { type Checkpoint, type Tensors, readModel } from "../checkpoint/checkpoint.ts";
import type { FinishedPhase } from "../checkpoint/training-state.ts";
import { UserError } from "../user-error.ts";
import type { ForeignStart, ForeignStarts } from "../start/foreign-start.ts";
import { checkpointUnderNewNames, underNewNames } from "../start/under-new-names.ts";
import { type Phase, lastPhaseOf, phasesOf } from "./phases.ts";
import { startingWeights } from "./phase-weights.ts";
import type { PhaseEnd, RunContext } from "./run-context.ts";
import { runPhase } from "./run-phase.ts";

export interface TrainingSettings extends RunContext {
  /** Instead of each stage's own. */
  readonly seed?: number;
  /** What stages take from outside of the run, by stage. */
  readonly starts?: ForeignStarts;
  /** The newest checkpoint of the run, to go on from. */
  readonly resumed?: Checkpoint;
}

/** The last phase, with the names of its checkpoints. */
export interface TrainingEnd extends FinishedPhase {
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
  return { ...last, runStep: end.runStep };
}

/** Where the run stood when the phase of the checkpoint began, or when it ended if it has. */
function endBefore({ state, model }: Checkpoint): PhaseEnd {
  return { phases: state.phases, weights: model, runStep: state.finished ? state.runStep : state.runStep - state.step };
}

async function trainPhase(settings: TrainingSettings, phases: readonly Phase[], phase: Phase, before: PhaseEnd, resumed: Checkpoint | undefined): Promise<PhaseEnd> {
  const { program } = settings;
  const plan = planOf(program, phase);
  checkRows(plan, settings);
  const seed = resumed?.state.seed ?? settings.seed ?? phase.stage.seed;
  const carried = resumed ? resumed.model : await startOf(settings, phase, phases, before, seed);
  return runPhase(settings, {
    phase,
    plan,
    seed,
    phases: before.phases,
    needed: neededAfter(phase, phases, before.phases),
    weights: startingWeights(plan, carried, seed),
    runStep: before.runStep,
    ...(resumed ? { resumed } : {}),
  });
}

export function planOf(program: TrainingSettings["program"], { stage, forTask }: Phase): StagePlan {
  return program.plan(stage.name, forTask === undefined ? {} : { forTask });
}

/** Only the first task of a `for_each` starts as `init` says; the others go on from the one before. */
async function startOf({ program, checkpoints, starts }: TrainingSettings, phase: Phase, phases: readonly Phase[], before: PhaseEnd, seed: number): Promise<Tensors> {
  const { init } = phase.stage;
  const goesOn = phases[before.phases.length - 1]?.stage.name === phase.stage.name;
  if (!init || goesOn) return before.weights;
  if (init.kind === "fresh") return new Map();
  if (init.kind === "from") return foreignStart(starts, phase).over(before.weights, seed);
  const from = finished(lastPhaseOf(phases, init.stage).name, before.phases);
  return underNewNames(await readModel(checkpoints.folderOf(from[init.kind])), program.specification.renamed);
}

function foreignStart(starts: TrainingSettings["starts"], { stage }: Phase): ForeignStart {
  const start = starts?.get(stage.name);
  if (!start) throw new Error(`the start of stage ${stage.name} was not opened`);
  return start;
}

function finished(name: string, phases: readonly FinishedPhase[]): FinishedPhase {
  const found = phases.find((phase) => phase.name === name);
  if (!found) throw new Error(`phase ${name} has not ended`);
  return found;
}

/** Checkpoints of ended phases from which a later one starts. */
function neededAfter(phase: Phase, phases: readonly Phase[], ended: readonly FinishedPhase[]): ReadonlySet<string> {
  const later = phases.slice(phases.indexOf(phase) + 1);
  const needed = later.flatMap(({ stage: { init } }) => {
    if (!init || !("stage" in init)) return [];
    const from = ended.find(({ name }) => name === lastPhaseOf(phases, init.stage).name);
    return from ? [from[init.kind]] : [];
  });
  return new Set(needed);
}

/** An empty training split is an error, except of a task that the sampler is told never to draw. */
function checkRows(plan: StagePlan, { data }: TrainingSettings): void {
  const { sampler, step } = plan.stage;
  for (const task of plan.tasks) {
    const isDrawn = (step.kind === "joint" && step.tasks === undefined) || sampler.kind !== "weights" || sampler.of[task] !== 0;
    if (isDrawn && data.rows(task, "train") === 0) {
      throw new UserError("data", `Task ${task} has no rows to train on.`, `Look at its data set's \`split\` and target column, or take ${task} out of stage ${plan.stage.name}.`);
    }
  }
}

import type { StageDeclaration } from "../../grammar/ast.ts";
import { type Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { Work } from "../elaborate/work.ts";
import { sameShape, showShape } from "../graph/graph.ts";
import type { TaskWeights, StageWeight } from "../stage/plan.ts";
import type { Program } from "../stage/checked-program.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { isWarm, warmSources } from "../stage/warm-sources.ts";
import { stageWeights } from "../stage/stage-weights.ts";
import { argumentOf } from "./argument-of.ts";
import { checkAdapted } from "./check-adapted.ts";
import { checkEarlyStop } from "./check-early-stop.ts";
import { checkFork } from "./check-fork.ts";
import { checkGroups, patternsOfGroups } from "./check-groups.ts";
import { checkSelection } from "./check-metrics.ts";
import { checkPatterns } from "./check-patterns.ts";
import { checkWarmStart, checkRenamed } from "./check-renames.ts";
import { checkRepresentation } from "./check-representation.ts";
import { checkSampler } from "./check-sampler.ts";
import { checkMixed, checkSharedRows, checkStep, checkUncertainty } from "./check-steps.ts";
import { knownEntries } from "../declare/map-keys.ts";
import { WeightNames } from "./weight-names.ts";

/** A stage with its resolved options and the graphs of its tasks; those with errors, which have been reported, are `undefined`. */
export interface CheckedStage {
  readonly declaration: StageDeclaration;
  readonly stage: ResolvedStage | undefined;
  readonly forwards: readonly (TaskWeights | undefined)[];
}

/** A stage whose graphs and patterns are without errors, and what it does with each weight. */
export interface SoundStage {
  readonly declaration: StageDeclaration;
  readonly stage: ResolvedStage;
  readonly weights: readonly StageWeight[];
}

/** Checks each stage, and stages with each other: each trains something, patterns match, weights that are carried over keep their shape. */
export function checkStages(
  program: Program,
  stages: readonly CheckedStage[],
  reporter: Reporter,
  work: Work,
): readonly SoundStage[] {
  const whole: SoundStage[] = [];
  /** The weights at the end of the stages before; unknown behind a stage that is at fault. */
  let before: Map<string, StageWeight> | undefined = new Map();
  const allNames = new Set<string>();
  /** The weights that there are at the end of each stage. */
  const trainedBy = new Map<string, ReadonlySet<string>>();
  for (const [index, { declaration, stage, forwards }] of stages.entries()) {
    const sound = forwards.filter((forward) => forward !== undefined);
    if (stage) checkFork(stage, declaration, stages[index + 1]?.declaration, reporter);
    if (stage)
      checkOptions(
        program,
        stage,
        declaration,
        stages.slice(0, index).map((earlier) => earlier.declaration.name.name),
        reporter,
      );
    if (stage) checkMixed(stage, declaration, sound, reporter);
    if (!stage || sound.length < forwards.length || !checkShared(declaration, sound, reporter)) {
      before = undefined;
      continue;
    }
    const names = new WeightNames(
      sound.flatMap((forward) => forward.weights.map((weight) => weight.name)),
      work,
    );
    if (!checkAllPatterns(stage, declaration, names, reporter)) {
      before = undefined;
      continue;
    }
    checkGroups(stage, declaration, names, reporter);
    for (const name of names.all) allNames.add(name);
    const turns =
      stage.for_each === "task"
        ? sound.map((forward) => ({ forwards: [forward], forTask: forward.task }))
        : [{ forwards: sound, forTask: undefined }];
    const start: ReadonlyMap<string, StageWeight> | undefined = before && new Map(before);
    for (const turn of turns) {
      const weights = stageWeights(stage, turn.forwards, turn.forTask);
      checkWeights(stage, declaration, weights, stage.fork ? start : before, reporter);
      if (before) keepOwn(weights, before);
    }
    const weights = stageWeights(stage, sound, undefined);
    checkTeacher(stage, declaration, weights, trainedBy, reporter);
    trainedBy.set(stage.name, namesAfter(before, weights));
    if (stage.for_each !== "task") checkRepresentation(program, stage, declaration, weights, reporter);
    whole.push({ stage, declaration, weights });
  }
  // Names of a stage that is at fault are missing.
  if (before && stages.length > 0) {
    const names = new WeightNames([...allNames], work);
    checkRenamed(program.bindings.renamed, names, reporter);
    checkAdapted(program, names, reporter);
  }
  return whole;
}

/** A weight that several tasks share has one shape. */
function checkShared(declaration: StageDeclaration, forwards: readonly TaskWeights[], reporter: Reporter): boolean {
  const first = new Map<string, { readonly forward: TaskWeights; readonly weight: TaskWeights["weights"][number] }>();
  let sound = true;
  for (const forward of forwards) {
    for (const weight of forward.weights) {
      const known = first.get(weight.name);
      if (!known) first.set(weight.name, { forward, weight });
      if (!known || sameShape(known.weight.shape, weight.shape)) continue;
      sound = false;
      const places = [known.weight, weight].flatMap(({ origin }, index) =>
        origin?.spans[0]
          ? [{ at: origin.spans[0], message: `in the task "${(index === 0 ? known.forward : forward).task}"` }]
          : [],
      );
      const at = optionOf(declaration, "tasks")?.span ?? declaration.name.span;
      reporter.report(
        "shared_weight_shape",
        at,
        {
          weight: weight.name,
          first: `${showShape(known.weight.shape)} in the task "${known.forward.task}"`,
          second: `${showShape(weight.shape)} in the task "${forward.task}"`,
        },
        { related: places },
      );
    }
  }
  return sound;
}

/** Adds the weights of a stage's model, without those of its teacher. */
function keepOwn(weights: readonly StageWeight[], all: Map<string, StageWeight>): void {
  for (const weight of weights) if (weight.ofTeacher === undefined) all.set(weight.name, weight);
}

function namesAfter(
  before: ReadonlyMap<string, StageWeight> | undefined,
  weights: readonly StageWeight[],
): ReadonlySet<string> {
  return new Set([...(before?.keys() ?? []), ...weights.map(({ name }) => name)]);
}

/** The teacher has every weight of the tasks that learn from it, if it is an earlier stage. What a file holds is checked when the run begins. */
function checkTeacher(
  { name, teacher }: ResolvedStage,
  declaration: StageDeclaration,
  all: readonly StageWeight[],
  weightsOf: ReadonlyMap<string, ReadonlySet<string>>,
  reporter: Reporter,
): void {
  const trained = teacher && "stage" in teacher ? weightsOf.get(teacher.stage) : undefined;
  if (!teacher || !("stage" in teacher) || !trained) return;
  const missing = all.flatMap(({ ofTeacher }) =>
    ofTeacher === undefined || trained.has(ofTeacher) ? [] : [ofTeacher],
  );
  const [weight] = missing;
  const at = optionOf(declaration, "teacher")?.span ?? declaration.name.span;
  if (weight !== undefined)
    reporter.report("untrained_teacher", at, { weight, count: missing.length, stage: name, teacher: teacher.stage });
}

function checkWeights(
  stage: ResolvedStage,
  declaration: StageDeclaration,
  all: readonly StageWeight[],
  before: ReadonlyMap<string, StageWeight> | undefined,
  reporter: Reporter,
): void {
  const weights = all.filter(({ ofTeacher }) => ofTeacher === undefined);
  const frozenAt = (optionOf(declaration, "freeze") ?? optionOf(declaration, "train"))?.span ?? declaration.name.span;
  const trainsNothing = !weights.some((weight) => weight.trainable);
  if (trainsNothing) reporter.report("trains_nothing", frozenAt, { stage: stage.name });
  if (!before) return;
  const isFresh = (weight: StageWeight): boolean => stage.init?.kind === "fresh" || !before.has(weight.name);
  // The contents of a file are known when the run begins, and are checked then.
  const untrained = isWarm(stage.init)
    ? []
    : weights.filter((weight) => weight.kind === "weight" && !weight.trainable && isFresh(weight));
  const [first] = untrained;
  if (first && !trainsNothing)
    reporter.report("fresh_and_frozen", frozenAt, { weight: first.name, count: untrained.length, stage: stage.name });
  const withAt = optionOf(declaration, "with")?.span ?? declaration.name.span;
  const changed = weights.flatMap((weight) => {
    const known = before.get(weight.name);
    return known && !isFresh(weight) && !sameShape(known.shape, weight.shape)
      ? [{ weight: weight.name, before: showShape(known.shape), after: showShape(weight.shape) }]
      : [];
  });
  const [firstChanged] = changed;
  if (firstChanged)
    reporter.report("carried_shape", withAt, { ...firstChanged, stage: stage.name, count: changed.length });
}

/** The patterns of every option that has some. */
function checkAllPatterns(
  stage: ResolvedStage,
  declaration: StageDeclaration,
  weights: WeightNames,
  reporter: Reporter,
): boolean {
  const frozen = (["freeze", "train"] as const).map((option) => {
    const [patterns, written] = [stage[option], optionOf(declaration, option)];
    return !patterns || !written || checkPatterns(patterns, written, weights, reporter);
  });
  const init = optionOf(declaration, "init");
  const [start] = warmSources(stage.init);
  const starts = !start || !init || checkWarmStart({ stage: stage.name, start }, init, weights, reporter);
  const groups = patternsOfGroups(stage, declaration).map(({ patterns, at }) =>
    checkPatterns(patterns, at, weights, reporter),
  );
  return starts && [...frozen, ...groups].every(Boolean);
}

function checkOptions(
  program: Program,
  stage: ResolvedStage,
  declaration: StageDeclaration,
  earlier: readonly string[],
  reporter: Reporter,
): void {
  for (const option of ["init", "teacher"] as const) {
    const source = stage[option];
    if (!source || !("stage" in source) || earlier.includes(source.stage)) continue;
    const written = optionOf(declaration, option);
    const at = written?.kind === "Call" ? (written.arguments[0]?.value ?? written) : written;
    reporter.report("later_stage", at?.span ?? declaration.name.span, { stage: stage.name, start: source.stage });
  }
  checkMerge(stage, declaration, earlier, reporter);
  knownEntries(optionOf(declaration, "batch"), "`batch`", stage.tasks, reporter);
  checkStep(stage, declaration, reporter);
  checkSharedRows(program, stage, declaration, reporter);
  checkSampler(stage, declaration, reporter);
  checkUncertainty(program, stage, declaration, reporter);
  checkEarlyStop(stage, declaration, reporter);
  const tasks = stage.tasks.flatMap((task) => program.specification.tasks[task] ?? []);
  // The measures of a task with errors are not known.
  if (tasks.length === stage.tasks.length) checkSelection(stage, tasks, declaration, reporter);
}

/** Checks that a merge has models, and the weights that they began with if its method needs them. */
function checkMerge(
  { name, init }: ResolvedStage,
  declaration: StageDeclaration,
  earlier: readonly string[],
  reporter: Reporter,
): void {
  if (init?.kind !== "merge") return;
  const written = optionOf(declaration, "init");
  const at = (argument: string, index: number) =>
    (argumentOf(written, argument, index) ?? written ?? declaration.name).span;
  if (init.of.length < 2) reporter.report("merge_models", at("of", 0), { stage: name, models: init.of.length });
  if (init.method.kind !== "average" && !init.base && earlier.length === 0)
    reporter.report("merge_base", at("method", 1), { stage: name, method: init.method.kind });
}

import type { StageDeclaration } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import { sameShape, showShape } from "../graph/graph.ts";
import type { ForwardGraph, StageWeight } from "../plan.ts";
import type { Program } from "../program.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { stageWeights } from "../stage-plan.ts";
import { globMatches } from "../weight-patterns.ts";

interface ElaboratedStage {
  readonly stage: ResolvedStage;
  readonly forwards: readonly (ForwardGraph | undefined)[];
}

/** What holds between stages: each trains something, patterns match, weights that are carried over keep their shape. */
export function checkStages(program: Program, stages: readonly ElaboratedStage[], reporter: Reporter): void {
  const before = new Map<string, StageWeight>();
  const names: string[] = [];
  for (const { stage, forwards } of stages) {
    const declaration = program.declarations.stages.get(stage.name);
    const sound = forwards.filter((forward) => forward !== undefined);
    if (!declaration || sound.length < forwards.length) continue;
    const turns = stage.for_each === "task" ? sound.map((forward) => ({ forwards: [forward], forTask: forward.task })) : [{ forwards: sound, forTask: undefined }];
    for (const turn of turns) {
      const weights = stageWeights(stage, turn.forwards, turn.forTask);
      checkWeights(stage, declaration, weights, before, reporter);
      for (const weight of weights) before.set(weight.name, weight);
    }
    checkPatterns(stage, declaration, sound.flatMap((forward) => forward.weights.map((weight) => weight.name)), reporter);
    checkOptions(program, stage, declaration, names, reporter);
    names.push(stage.name);
  }
}

function checkWeights(stage: ResolvedStage, declaration: StageDeclaration, weights: readonly StageWeight[], before: ReadonlyMap<string, StageWeight>, reporter: Reporter): void {
  const frozenAt = (optionOf(declaration, "freeze") ?? optionOf(declaration, "train"))?.span ?? declaration.name.span;
  if (weights.length > 0 && !weights.some((weight) => weight.trainable)) reporter.report("trains_nothing", frozenAt, { stage: stage.name });
  for (const weight of weights) {
    const known = before.get(weight.name);
    if (!known || stage.init?.kind === "fresh") {
      if (weight.kind === "weight" && !weight.trainable && weights.some((other) => other.trainable)) reporter.report("fresh_and_frozen", frozenAt, { weight: weight.name, stage: stage.name });
    } else if (!sameShape(known.shape, weight.shape)) {
      reporter.report("carried_shape", declaration.name.span, { weight: weight.name, stage: stage.name, before: showShape(known.shape), after: showShape(weight.shape) });
    }
  }
}

function checkPatterns(stage: ResolvedStage, declaration: StageDeclaration, weights: readonly string[], reporter: Reporter): void {
  for (const option of ["freeze", "train"] as const) {
    const patterns = stage[option];
    const at = optionOf(declaration, option);
    if (!patterns || !at) continue;
    for (const pattern of [...patterns.include, ...patterns.except]) {
      const glob = pattern.replaceAll("{task}", "*");
      if (weights.some((weight) => globMatches(glob, weight))) continue;
      const prefixes = new Set(weights.flatMap((weight) => weight.split(".").map((_, index, parts) => parts.slice(0, index + 1).join("."))));
      reporter.report("pattern_matches_nothing", at.span, { pattern, nearest: nearest(pattern.replace(/\.\*\*$/u, ""), prefixes) });
    }
  }
}

function checkOptions(program: Program, stage: ResolvedStage, declaration: StageDeclaration, earlier: readonly string[], reporter: Reporter): void {
  if (stage.init && stage.init.kind !== "fresh" && !earlier.includes(stage.init.stage)) {
    reporter.report("later_stage", optionOf(declaration, "init")?.span ?? declaration.name.span, { stage: stage.name, start: stage.init.stage });
  }
  const samplerAt = optionOf(declaration, "sampler")?.span ?? declaration.name.span;
  if (stage.sampler.kind === "weights") {
    for (const task of stage.tasks) if (stage.sampler.of[task] === undefined) reporter.report("missing_weight_of_task", samplerAt, { task, stage: stage.name });
  }
  const metrics = stage.tasks.flatMap((task) => (program.specification.tasks[task]?.metrics ?? []).map((metric) => `${task}.${metric.kind}`));
  for (const [option, metric] of [["checkpoint", stage.checkpoint.best], ["early_stop", stage.early_stop?.metric]] as const) {
    if (metric === undefined || metric === "auto" || metrics.some((known) => metric === known || metric.startsWith(`${known}_`))) continue;
    reporter.report("unknown_choice", optionOf(declaration, option)?.span ?? declaration.name.span, { what: "The metric", value: metric, choices: metrics.join(", "), nearest: nearest(metric, metrics) });
  }
}

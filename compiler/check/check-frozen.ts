import type { Program } from "../stage/checked-program.ts";
import { createReporter, type Reporter } from "../diagnostics/reporter.ts";
import type { Mode } from "../elaborate/elaboration.ts";
import { elaborateForward } from "../elaborate/forward.ts";
import { optionOf } from "../elaborate/uses.ts";
import { findFrozenCut } from "../analysis/frozen-prefix.ts";
import { augmentedModalities, mixupOf } from "../features/augmentations.ts";
import { evaluatedPlaces } from "../stage/frozen-scopes.ts";
import type { StageWeight } from "../stage/plan.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import type { SoundStage } from "./check-stages.ts";
import { frozenSettings } from "../stage/frozen-settings.ts";
import { stageOverrides } from "../stage/stage-plan.ts";

/** Rows of the graphs that are looked at. */
const ROWS = 2;

/** Advises on what a stage freezes: where it is computed again in every step, and where its mode makes no difference. */
export function* adviseOnFrozen(program: Program, sound: SoundStage, reporter: Reporter): Generator<undefined, void> {
  const { stage, declaration, weights } = sound;
  // Only a product with a frozen weight can be computed again.
  const tasks = tasksOf(weights.filter(({ trainable }) => !trainable));
  yield* adviseOnMode(program, sound, reporter);
  const at = optionOf(declaration, "freeze") ?? optionOf(declaration, "train");
  if (!at || stage.cache === "off") return;
  // Evaluation neither draws nor mixes: a product that it saves and training does not is kept from the prefix by drawing or mixing.
  for (const task of tasks) {
    yield;
    const [training = 0, evaluation = 0] = (["train", "evaluate"] as const).map((mode) =>
      sparedProducts(program, stage, task, mode, weights),
    );
    if (evaluation <= training) continue;
    reporter.report("frozen_again", at.span, { stage: stage.name, ...whatDraws(program, stage, task) });
    return;
  }
}

function tasksOf(weights: readonly StageWeight[]): readonly string[] {
  return [...new Set(weights.flatMap((weight) => weight.tasks))];
}

function* adviseOnMode(
  program: Program,
  { stage, declaration, weights }: SoundStage,
  reporter: Reporter,
): Generator<undefined, void> {
  const written = optionOf(declaration, "frozen_mode");
  if (!written || stage.frozen_mode === "evaluate") return;
  const isFrozen = evaluatedPlaces({ frozen_mode: "evaluate" }, weights);
  for (const task of tasksOf(weights)) {
    yield;
    if ([...elaborated(program, stage, task, "train", weights).elaboration.modes.keys()].some(isFrozen)) return;
  }
  reporter.report("idle_frozen_mode", written.span, { stage: stage.name });
}

function sparedProducts(
  program: Program,
  stage: ResolvedStage,
  task: string,
  mode: "train" | "evaluate",
  weights: readonly StageWeight[],
): number {
  const { forward } = elaborated(program, stage, task, mode, weights);
  return (
    (forward && findFrozenCut(forward.graph, { rows: ROWS, ...frozenSettings(program, [task], mode, weights) }))
      ?.products ?? 0
  );
}

function elaborated(
  program: Program,
  stage: ResolvedStage,
  task: string,
  mode: Mode,
  weights: readonly StageWeight[],
): ReturnType<typeof elaborateForward> {
  return elaborateForward(program, {
    task,
    mode,
    stage: stage.name,
    batch: ROWS,
    overrides: stageOverrides(program, stage),
    isEvaluated: evaluatedPlaces(stage, weights),
    reporter: createReporter(),
  });
}

function whatDraws(
  program: Program,
  stage: ResolvedStage,
  task: string,
): { readonly reason: string; readonly help: string } {
  const resolved = program.specification.tasks[task];
  if (mixupOf(resolved)) return { reason: `mixup mixes the rows of "${task}"`, help: "Leave `augment` out" };
  if (resolved && augmentedModalities(program.specification, resolved).length > 0)
    return { reason: `\`augment\` changes the examples of "${task}" anew each epoch`, help: "Leave `augment` out" };
  if (stage.frozen_mode === "train")
    return { reason: "`frozen_mode: train` keeps its dropout", help: "Leave `frozen_mode` out" };
  return {
    reason: "dropout in front of it belongs to a scope with trained weights",
    help: "Put what is frozen into a declaration of its own, dropout included, or set that dropout to 0 by `with`",
  };
}

import type { StagePlan, StageWeight } from "../../compiler/stage/plan.ts";
import { weightKey } from "../train/phase/phase-weights.ts";
import type { Phase } from "../train/phase/phases.ts";
import type { Program } from "../train/program.ts";

/** The plans of phases, in their order. */
export function plansOf(program: Program, phases: readonly Phase[]): readonly StagePlan[] {
  return phases.map(({ stage, forTask }) => program.plan(stage.name, forTask === undefined ? {} : { forTask }));
}

/**
 * The weights of plans by their keys in checkpoints. A weight is trainable if one of the plans trains it, because a
 * stage with `for_each` takes weights once for all of its tasks.
 */
export function weightsOf(plans: readonly StagePlan[]): ReadonlyMap<string, StageWeight> {
  const weights = new Map<string, StageWeight>();
  for (const weight of plans.flatMap((plan) => plan.weights)) {
    const key = weightKey(weight);
    const known = weights.get(key);
    weights.set(key, { ...weight, trainable: weight.trainable || known?.trainable === true });
  }
  return weights;
}

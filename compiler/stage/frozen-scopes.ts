import type { StagePlan, StageWeight } from "./plan.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { summarizeNames } from "./weight-patterns.ts";

/** Whether a place, by its path, works in evaluation mode in training too. */
export type IsEvaluated = (place: string) => boolean;

/**
 * What is in evaluation mode in a stage's training.
 *
 * A place belongs to the smallest scope around it that has a weight, and is in evaluation mode where all of that scope's weights are frozen: dropout of
 * a frozen encoder then stops, while that of a head over it stays, for it belongs to what learns from it. Weights are those that the stage's
 * tasks reach, so a place is the same for all of them. The widest scope is a declaration: around that nothing belongs together.
 */
export function evaluatedPlaces(
  { frozen_mode: mode }: Pick<ResolvedStage, "frozen_mode">,
  weights: readonly Pick<StageWeight, "name" | "kind" | "trainable">[],
): IsEvaluated {
  if (mode === "train") return () => false;
  const isTrained = new Map<string, boolean>();
  for (const { name, kind, trainable } of weights) {
    if (kind === "weight")
      for (const scope of scopesAround(name).slice(1)) isTrained.set(scope, trainable || isTrained.get(scope) === true);
  }
  return (place) => {
    const scope = scopesAround(place).find((candidate) => isTrained.has(candidate));
    return scope !== undefined && isTrained.get(scope) === false;
  };
}

/** For people: what is in evaluation mode though the stage trains, apart from what is not. */
export function evaluatedPatterns({ modes }: Pick<StagePlan, "modes">): readonly string[] {
  const places = (wanted: "train" | "evaluate"): readonly string[] =>
    [...modes].flatMap(([place, mode]) => (mode === wanted ? [place] : []));
  return summarizeNames(places("evaluate"), places("train"));
}

/** A path and what is around it, up to its declaration: `task.kind.head.linear`, `task.kind.head`, `task.kind`. */
function scopesAround(path: string): readonly string[] {
  const segments = path.split(".");
  const shortest = segments[0] === "task" ? 2 : 1;
  return segments.slice(shortest - 1).map((_, cut) => segments.slice(0, segments.length - cut).join("."));
}

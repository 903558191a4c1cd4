import type { StagePlan, StageWeight } from "./plan.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { summarizeNames } from "./weight-patterns.ts";

/** True if the scope at a path works in evaluation mode in training too. */
export type IsEvaluated = (place: string) => boolean;

/**
 * Determines which scopes are in evaluation mode in a stage's training.
 *
 * A scope with a mode (such as a dropout) belongs to the smallest enclosing scope that has a weight, and is in
 * evaluation mode if all weights of that scope are frozen: dropout in a frozen encoder stops, while dropout in a head
 * above it continues, because it belongs to weights that learn. The weights are those that the stage's tasks use, so
 * the mode is the same for all tasks. The widest scope is a declaration, because declarations do not belong together.
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

/** Readable patterns of the scopes that are in evaluation mode in training, and of no others. */
export function evaluatedPatterns({ modes }: Pick<StagePlan, "modes">): readonly string[] {
  const places = (wanted: "train" | "evaluate"): readonly string[] =>
    [...modes].flatMap(([place, mode]) => (mode === wanted ? [place] : []));
  return summarizeNames(places("evaluate"), places("train"));
}

/** A path and its enclosing scopes, up to the declaration: `task.kind.head.linear`, `task.kind.head`, `task.kind`. */
function scopesAround(path: string): readonly string[] {
  const segments = path.split(".");
  const shortest = segments[0] === "task" ? 2 : 1;
  return segments.slice(shortest - 1).map((_, cut) => segments.slice(0, segments.length - cut).join("."));
}

import type { Trial, TrialJob } from "../trial.ts";
import type { MethodSettings, SearchMethod } from "./method.ts";
import { randomSearch } from "./random.ts";

/**
 * Asynchronous successive halving (Li et al., 2020, algorithm 2). Trials with random values pause after `first`
 * validations, `first` · `factor`, and so on. Of those that have come to a pause, the best one in `factor` continue,
 * the furthest first; if none may, another trial begins. When all have begun and none may continue, the best one of
 * those that came furthest is trained to its end, so that a search has a trained model.
 */
export function halvingSearch(settings: MethodSettings): SearchMethod {
  const { factor, first } = settings;
  const pauseOf = (rung: number): number => first * factor ** rung;
  return {
    ...randomSearch(settings),
    next(trials) {
      const promoted = promotion(trials, factor);
      if (promoted) return { number: promoted.number, until: pauseOf(promoted.scores.length) };
      const waiting = trials.find(({ state }) => state === "waiting");
      if (waiting) return { number: waiting.number, until: pauseOf(0) };
      return lastOfAll(trials);
    },
  };
}

/** The trial that continues: of the furthest pause with one that belongs to its best 1 ∕ factor and waits there. */
export function promotion(trials: readonly Trial[], factor: number): Trial | undefined {
  const furthest = Math.max(0, ...trials.map(({ scores }) => scores.length));
  for (let rung = furthest - 1; rung >= 0; rung--) {
    const came = trials.filter((trial) => scoreAt(trial, rung) !== undefined);
    const best = came
      .toSorted((a, b) => (scoreAt(b, rung) ?? 0) - (scoreAt(a, rung) ?? 0) || a.number - b.number)
      .slice(0, Math.floor(came.length / factor));
    const found = best.find(
      (trial) => trial.state === "paused" && trial.scores.length === rung + 1 && scoreAt(trial, rung) !== -Infinity,
    );
    if (found) return found;
  }
  return undefined;
}

/** The score at a pause; a trial that ended before it has its last one. `undefined` if it has not come there. */
function scoreAt({ state, scores }: Trial, rung: number): number | undefined {
  if (scores.length > rung) return scores[rung] ?? -Infinity;
  return state === "finished" ? (scores.at(-1) ?? -Infinity) : undefined;
}

function lastOfAll(trials: readonly Trial[]): TrialJob | undefined {
  if (trials.some(({ state }) => state === "training" || state === "finished")) return undefined;
  const paused = trials.filter(({ state }) => state === "paused");
  const [best] = paused.toSorted(
    (a, b) => b.scores.length - a.scores.length || (b.scores.at(-1) ?? -Infinity) - (a.scores.at(-1) ?? -Infinity),
  );
  return best && { number: best.number, until: null };
}

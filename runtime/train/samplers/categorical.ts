import { UserError } from "../../user-error.ts";
import type { SampledTask, Sampler } from "./sampler.ts";

/**
 * Draws each step's task with a fixed probability, with replacement; an exhausted task begins a new epoch of its own. A
 * task without rows is never drawn. Every draw takes one number, so a task of weight 0 changes no draw of the others.
 */
export function categorical(
  tasks: readonly SampledTask[],
  random: () => number,
  weightOf: (task: SampledTask) => number,
): Sampler {
  const weights = tasks.map((task) => (task.rows === 0 ? 0 : weightOf(task)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || !weights.every((weight) => weight >= 0 && Number.isFinite(weight))) {
    throw new UserError(
      "specification",
      "The sampler can draw no task: every task has weight 0 or no training rows.",
      "Give at least one task that has rows a weight above 0.",
    );
  }
  const probabilities = weights.map((weight) => weight / total);
  return {
    next: () => pick(tasks, probabilities, random()).name,
    observe: () => {},
    state: () => ({}),
    restore: () => {},
  };
}

/** The first task whose cumulative probability exceeds `draw`; if rounding leaves none, the last possible one. */
function pick(tasks: readonly SampledTask[], probabilities: readonly number[], draw: number): SampledTask {
  let cumulated = 0;
  let possible: SampledTask | undefined;
  for (const [index, task] of tasks.entries()) {
    const probability = probabilities[index] ?? 0;
    if (probability === 0) continue;
    cumulated += probability;
    possible = task;
    if (draw < cumulated) break;
  }
  if (!possible) throw new Error("no task to draw");
  return possible;
}

import { categorical } from "./categorical.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";

/**
 * p_t ∝ N_t^α with α = 1 − 0.8·(e − 1)∕(E − 1) in epoch e of E: from proportional towards uniform (BERT and PALs,
 * Stickland & Murray, 2019, section 4.4). A single epoch has α = 1, where the formula is not defined.
 */
export function annealed({ options, tasks, random, total }: SamplerSettings<"annealed">): Sampler {
  const epochSteps = Math.max(
    1,
    tasks.reduce((sum, task) => sum + task.steps, 0),
  );
  const epochs = Math.ceil(total / epochSteps);
  const exponentOf = (epoch: number) =>
    epochs > 1 ? 1 - ((1 - options.end) * Math.min(epoch, epochs - 1)) / (epochs - 1) : 1;
  return {
    next: (context) => {
      const exponent = exponentOf(Math.floor(context.step / epochSteps));
      return categorical(tasks, random, ({ rows }) => rows ** exponent).next(context);
    },
    observe: () => {},
    state: () => ({}),
    restore: () => {},
  };
}

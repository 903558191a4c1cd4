import { categorical } from "./categorical.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";

/** p_t = N_t ∕ Σ N_u. */
export function proportional({ tasks, random }: SamplerSettings<"proportional">): Sampler {
  return categorical(tasks, random, (task) => task.rows);
}

import { categorical } from "./categorical.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";

/**
 * p_t ∝ min(N_t, max_rows)^(1∕T): the cap first, then the exponent, as in T5 (Raffel et al., 2020, section 3.5.2). T =
 * 1 is proportional, a large T tends to uniform.
 */
export function temperature({ options, tasks, random }: SamplerSettings<"temperature">): Sampler {
  return categorical(tasks, random, ({ rows }) => Math.min(rows, options.max_rows ?? Infinity) ** (1 / options.t));
}

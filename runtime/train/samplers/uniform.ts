import { categorical } from "./categorical.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";

export function uniform({ tasks, random }: SamplerSettings<"uniform">): Sampler {
  return categorical(tasks, random, () => 1);
}

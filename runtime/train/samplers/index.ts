import type { ResolvedSampler } from "../../../compiler/schema/resolved.ts";
import { proportional } from "./proportional.ts";
import { roundRobin } from "./round-robin.ts";
import type { Sampler, SamplerSettings } from "./sampler.ts";
import { shuffled } from "./shuffled.ts";
import { uniform } from "./uniform.ts";
import { weights } from "./weights.ts";

const samplers: { readonly [Kind in ResolvedSampler["kind"]]: (settings: SamplerSettings<Kind>) => Sampler } = {
  shuffled,
  uniform,
  proportional,
  weights,
  round_robin: roundRobin,
};

export function openSampler(settings: SamplerSettings): Sampler {
  return (samplers[settings.options.kind] as (settings: SamplerSettings) => Sampler)(settings);
}

import type { ResolvedSampler } from "../../../compiler/schema/resolved.ts";
import { alternating } from "./alternating.ts";
import { annealed } from "./annealed.ts";
import { mainPlusRatio } from "./main-plus-ratio.ts";
import { proportional } from "./proportional.ts";
import { roundRobin } from "./round-robin.ts";
import type { OpenSampler, RowSampler, Sampler, SamplerSettings } from "./sampler.ts";
import { shuffled } from "./shuffled.ts";
import { stopAndGo } from "./stop-and-go.ts";
import { temperature } from "./temperature.ts";
import { uncertainty } from "./uncertainty.ts";
import { uniform } from "./uniform.ts";
import { weights } from "./weights.ts";

const samplers: {
  readonly [Kind in ResolvedSampler["kind"]]: (
    settings: SamplerSettings<Kind>,
    open: OpenSampler,
  ) => Sampler | RowSampler;
} = {
  shuffled,
  uniform,
  proportional,
  temperature,
  annealed,
  weights,
  alternating,
  round_robin: roundRobin,
  main_plus_ratio: mainPlusRatio,
  stop_and_go: stopAndGo,
  uncertainty,
};

export function openAnySampler(settings: SamplerSettings): Sampler | RowSampler {
  return (samplers[settings.options.kind] as (settings: SamplerSettings, open: OpenSampler) => Sampler | RowSampler)(
    settings,
    openSampler,
  );
}

export function openSampler(settings: SamplerSettings): Sampler {
  const sampler = openAnySampler(settings);
  if ("select" in sampler) throw new Error(`${settings.options.kind} chooses rows, not tasks`);
  return sampler;
}

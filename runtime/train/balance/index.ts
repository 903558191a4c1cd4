import type { ResolvedBalance } from "../../../compiler/schema/resolved.ts";
import { alignedMtl } from "./aligned-mtl.ts";
import type { Balancer, BalancerSettings } from "./balancer.ts";
import { cagrad } from "./cagrad.ts";
import { dwa } from "./dwa.ts";
import { famo } from "./famo.ts";
import { fixed } from "./fixed.ts";
import { gradnorm } from "./gradnorm.ts";
import { homoscedastic } from "./homoscedastic.ts";
import { mgda } from "./mgda.ts";
import { nashMtl } from "./nash-mtl.ts";
import { pcgrad } from "./pcgrad.ts";
import { randomLossWeighting } from "./random-loss-weighting.ts";
import { stch } from "./stch.ts";
import { upgrad } from "./upgrad.ts";

const balancers: { readonly [Kind in ResolvedBalance["kind"]]: (settings: BalancerSettings<Kind>) => Balancer } = {
  fixed,
  homoscedastic,
  dwa,
  random_loss_weighting: randomLossWeighting,
  famo,
  stch,
  gradnorm,
  pcgrad,
  mgda,
  cagrad,
  nash_mtl: nashMtl,
  aligned_mtl: alignedMtl,
  upgrad,
};

export function openBalancer(settings: BalancerSettings): Balancer {
  return (balancers[settings.options.kind] as (settings: BalancerSettings) => Balancer)(settings);
}

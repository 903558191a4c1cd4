import type { ResolvedBalance } from "../../../compiler/schema/resolved.ts";
import type { Balancer, BalancerSettings } from "./balancer.ts";
import { dwa } from "./dwa.ts";
import { fixed } from "./fixed.ts";
import { gradnorm } from "./gradnorm.ts";
import { homoscedastic } from "./homoscedastic.ts";
import { pcgrad } from "./pcgrad.ts";

const balancers: { readonly [Kind in ResolvedBalance["kind"]]: (settings: BalancerSettings<Kind>) => Balancer } = {
  fixed,
  homoscedastic,
  dwa,
  gradnorm,
  pcgrad,
};

export function openBalancer(settings: BalancerSettings): Balancer {
  return (balancers[settings.options.kind] as (settings: BalancerSettings) => Balancer)(settings);
}

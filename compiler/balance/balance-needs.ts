import type { ResolvedBalance } from "../schema/resolved.ts";

/**
 * The origin of the factors of a balance: losses of earlier updates alone (or no losses), so that the factors are known before an update; the losses of the
 * update; or the gradients of each task.
 */
export const balanceNeeds = {
  fixed: "earlier_losses",
  homoscedastic: "earlier_losses",
  dwa: "earlier_losses",
  random_loss_weighting: "earlier_losses",
  famo: "losses",
  stch: "losses",
  gradnorm: "gradients",
  pcgrad: "gradients",
  mgda: "gradients",
  cagrad: "gradients",
  nash_mtl: "gradients",
  aligned_mtl: "gradients",
  upgrad: "gradients",
} as const satisfies { readonly [Kind in ResolvedBalance["kind"]]: "earlier_losses" | "losses" | "gradients" };

/** The kinds of balances that need this. */
export type BalanceThatNeeds<Need> = {
  [Kind in keyof typeof balanceNeeds]: (typeof balanceNeeds)[Kind] extends Need ? Kind : never;
}[keyof typeof balanceNeeds];

/** True if the dot products of a balance are those of gradients of what the tasks share, and not of gradients of weights. */
export function comparesRepresentations(balance: ResolvedBalance): boolean {
  return "of" in balance && balance.of === "representation";
}

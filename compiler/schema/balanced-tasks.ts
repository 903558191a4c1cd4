import type { ResolvedBalance } from "./resolved.ts";

/** The tasks that each step must have for a balance: any number of them, at least two to compare, or all tasks of the stage, of which it keeps something. */
export const balancedTasks: { readonly [Kind in ResolvedBalance["kind"]]: "any" | "several" | "all" } = {
  fixed: "any",
  homoscedastic: "any",
  dwa: "any",
  random_loss_weighting: "any",
  famo: "all",
  stch: "all",
  gradnorm: "all",
  pcgrad: "several",
  mgda: "several",
  cagrad: "several",
  nash_mtl: "all",
  aligned_mtl: "several",
  upgrad: "several",
};

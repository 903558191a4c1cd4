import type { Shape } from "../graph/graph.ts";
import type { StageWeight } from "../plan.ts";
import type { ResolvedOptimizer, ResolvedStage } from "../schema/resolved.ts";
import { slotShapes, updateFormulas, updateScalars } from "./optimizers/index.ts";
import type { UpdateTime } from "./optimizers/optimizer.ts";

/** How the weights of one update class are moved. */
export type UpdateRule = Pick<ResolvedStage, "optimizer">;

/** The rule of a stage as it is for the weights of a group. */
export function ruleOf(stage: UpdateRule, { group }: Pick<StageWeight, "group">): UpdateRule {
  return { optimizer: optimizerOf(stage.optimizer, group) };
}

function optimizerOf(optimizer: ResolvedOptimizer, group: number | undefined): ResolvedOptimizer {
  const { rate = optimizer.rate, weight_decay } = (group === undefined ? undefined : optimizer.groups?.[group]) ?? {};
  return { ...optimizer, rate, ...(weight_decay === undefined ? {} : { weight_decay }) };
}

/** The state that is kept for a weight of this shape: its shape by name. Zero before the first update. */
export function slotsOfRule({ optimizer }: UpdateRule, shape: Shape): { readonly [slot: string]: Shape } {
  return slotShapes(optimizer, shape);
}

/** What the host feeds to the inputs of role `update` of one class, by name. `factor` is the schedule's. */
export function scalarsOfRule({ optimizer }: UpdateRule, { factor, count }: { readonly factor: number } & Pick<UpdateTime, "count">): { readonly [name: string]: number } {
  return updateScalars(optimizer, { rate: optimizer.rate * factor, count });
}

/** The same as text in `rate` and `count`, for who feeds a compiled graph without this program. */
export function formulasOfRule({ optimizer }: UpdateRule): { readonly [name: string]: string } {
  return updateFormulas(optimizer);
}

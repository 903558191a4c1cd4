import type { GraphBuilder } from "../graph/builder.ts";
import type { Shape, Value } from "../graph/graph.ts";
import type { StageWeight } from "../stage/plan.ts";
import type { ResolvedOptimizer, ResolvedStage } from "../schema/resolved.ts";
import { optimizers, slotShapes, updateFormulas, updateScalars } from "./optimizers/index.ts";
import type {
  OptimizerDefinition,
  OptimizerKind,
  OptimizerOptions,
  UpdateTime,
  UpdatedWeight,
  WeightUpdate,
} from "./optimizers/optimizer.ts";
import { AVERAGE, AVERAGE_SHARE, averageShare, averageShareFormula, nextAverage } from "./weight-average.ts";

/** Update rule of the weights of one update class: the optimizer, and the average of weights if there is one. */
export type UpdateRule = Pick<ResolvedStage, "optimizer" | "average">;

/** The stage's rule with the options of the weight's group. */
export function ruleOf({ optimizer, average }: UpdateRule, { group }: Pick<StageWeight, "group">): UpdateRule {
  return { optimizer: optimizerOf(optimizer, group), ...(average ? { average } : {}) };
}

function optimizerOf(optimizer: ResolvedOptimizer, group: number | undefined): ResolvedOptimizer {
  const { rate = optimizer.rate, weight_decay } = (group === undefined ? undefined : optimizer.groups?.[group]) ?? {};
  return { ...optimizer, rate, ...(weight_decay === undefined ? {} : { weight_decay }) };
}

/** Shapes, by name, of the state that is kept for a weight of this shape. The state is zero before the first update. */
export function slotsOfRule({ optimizer, average }: UpdateRule, shape: Shape): { readonly [slot: string]: Shape } {
  return { ...slotShapes(optimizer, shape), ...(average ? { [AVERAGE]: shape } : {}) };
}

/** The name of a slot of an optimizer; with the name of its task, where each task has an optimizer of its own. */
export function slotOf(slot: string, owner: string | undefined): string {
  return owner === undefined ? slot : `${slot}.${owner}`;
}

export interface RuleTime extends Pick<UpdateTime, "count"> {
  /** The schedule's factor on the learning rate. */
  readonly factor: number;
  /** Steps of the stage, this one included; equal to the number of updates if every step reaches the weight. */
  readonly step?: number;
}

/** Values of the inputs of role `update` of one class, by name, which the host feeds. */
export function scalarsOfRule(
  { optimizer, average }: UpdateRule,
  { factor, count, step = count }: RuleTime,
): { readonly [name: string]: number } {
  return {
    ...updateScalars(optimizer, { rate: optimizer.rate * factor, count }),
    ...(average ? { [AVERAGE_SHARE]: averageShare(average, { count, step }) } : {}),
  };
}

/**
 * The formulas of these values in `rate`, `count`, and `step` for averages over steps, for programs that feed a
 * compiled graph without mtl.
 */
export function formulasOfRule({ optimizer, average }: UpdateRule): { readonly [name: string]: string } {
  return { ...updateFormulas(optimizer), ...(average ? { [AVERAGE_SHARE]: averageShareFormula(average) } : {}) };
}

type RuleUpdate = Omit<WeightUpdate<unknown, string, string>, "options">;

/** Emits the update of one weight: that of the optimizer, then that of the average with the new weight. */
export function emitUpdate(
  builder: GraphBuilder,
  { optimizer, average }: UpdateRule,
  update: RuleUpdate,
): UpdatedWeight<string> {
  const updated = optimized(builder, optimizer, update);
  if (!average) return updated;
  const next = nextAverage(builder, {
    average: found(update.slots, AVERAGE),
    weight: updated.weight,
    share: found(update.scalars, AVERAGE_SHARE),
  });
  return { weight: updated.weight, slots: { ...updated.slots, [AVERAGE]: next } };
}

function optimized<Kind extends OptimizerKind>(
  builder: GraphBuilder,
  optimizer: OptimizerOptions<Kind>,
  update: RuleUpdate,
): UpdatedWeight<string> {
  const definition: OptimizerDefinition<Kind> = optimizers[optimizer.kind];
  return definition.update(builder, { ...update, options: optimizer });
}

function found(values: { readonly [name: string]: Value }, name: string): Value {
  const value = values[name];
  if (!value) throw new Error(`the update has no ${name}`);
  return value;
}

import type { Shape } from "../../graph/graph.ts";
import { adafactor } from "./adafactor.ts";
import { adam } from "./adam.ts";
import { adamax } from "./adamax.ts";
import { adamw } from "./adamw.ts";
import { lamb } from "./lamb.ts";
import { momentum } from "./momentum.ts";
import type { OptimizerDefinition, OptimizerKind, OptimizerOptions, UpdateTime } from "./optimizer.ts";
import { sgd } from "./sgd.ts";

export const optimizers: { readonly [Kind in OptimizerKind]: OptimizerDefinition<Kind> } = {
  sgd,
  momentum,
  adam,
  adamw,
  adamax,
  lamb,
  adafactor,
};

/** Shapes, by name, of the optimizer's state for a weight of this shape. The state is zero before the first update. */
export function slotShapes<Kind extends OptimizerKind>(
  optimizer: OptimizerOptions<Kind>,
  shape: Shape,
): { readonly [slot: string]: Shape } {
  const definition: OptimizerDefinition<Kind> = optimizers[optimizer.kind];
  return definition.slots(optimizer, shape);
}

/** Values of the inputs of role `update` of one class, by name, which the host feeds. */
export function updateScalars<Kind extends OptimizerKind>(
  optimizer: OptimizerOptions<Kind>,
  time: UpdateTime,
): { readonly [name: string]: number } {
  const definition: OptimizerDefinition<Kind> = optimizers[optimizer.kind];
  return definition.scalars(optimizer, time);
}

/** The formulas of `updateScalars` in `rate` and `count`, for programs that feed a compiled graph without mtl. */
export function updateFormulas<Kind extends OptimizerKind>(
  optimizer: OptimizerOptions<Kind>,
): { readonly [name: string]: string } {
  const definition: OptimizerDefinition<Kind> = optimizers[optimizer.kind];
  return definition.formulas(optimizer);
}

import type { GraphBuilder } from "../../graph/builder.ts";
import { expressions } from "../../graph/expressions.ts";
import type { Shape, Value } from "../../graph/graph.ts";
import type { OptimizerDefinition, UpdateTime, UpdatedWeight, WeightUpdate } from "./optimizer.ts";

export interface MomentOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export type Moment = "first_moment" | "second_moment";
export type MomentScalar = "step_size" | "epsilon";

/** Algorithm 1 of Kingma & Ba (2015), in ten passes over a weight. */
export const adam: OptimizerDefinition<"adam", Moment, MomentScalar> = {
  slots: momentSlots,
  scalars: momentScalars,
  formulas: momentFormulas,
  update: momentUpdate,
};

export function momentSlots(_: MomentOptions, shape: Shape): { readonly [Name in Moment]: Shape } {
  return { first_moment: shape, second_moment: shape };
}

/**
 * The slots hold M = Σ β₁ᵗ⁻ⁱ·gᵢ and V = Σ β₂ᵗ⁻ⁱ·gᵢ², without the constant factors 1 − β of the moments m and v, which
 * saves a pass each. With cₖ = (1 − βₖ) ∕ (1 − βₖᵗ) the bias-corrected moments are m̂ = c₁·M and v̂ = c₂·V, and all
 * corrections fold into two numbers (§2, last paragraph): rate·m̂ ∕ (√v̂ + ε) = (rate·c₁∕√c₂)·M ∕ (√V + ε∕√c₂).
 */
export function momentScalars(
  { beta1, beta2, epsilon }: MomentOptions,
  { rate, count }: UpdateTime,
): { readonly [Name in MomentScalar]: number } {
  const root = Math.sqrt(correction(beta2, count));
  return { step_size: (rate * correction(beta1, count)) / root, epsilon: epsilon / root };
}

export function momentFormulas(
  { beta1, beta2, epsilon }: MomentOptions,
  rate: "rate" | "1" = "rate",
): { readonly [Name in MomentScalar]: string } {
  const root = `(${correctionFormula(beta2)}) ** 0.5`;
  return { step_size: `${rate} * (${correctionFormula(beta1)}) / ${root}`, epsilon: `${epsilon} / ${root}` };
}

type MomentInputs = Omit<WeightUpdate<MomentOptions, Moment, MomentScalar>, "weight" | "decayed">;

export function momentUpdate(
  builder: GraphBuilder,
  { weight, ...update }: MomentInputs & { readonly weight: Value },
): UpdatedWeight<Moment> {
  const { step, slots } = momentStep(builder, update);
  return { weight: expressions(builder).subtract(weight, step), slots };
}

/** The amount that Adam subtracts from a weight, and its next slots. */
export function momentStep(
  builder: GraphBuilder,
  { options, gradient, slots, scalars }: MomentInputs,
): { readonly step: Value; readonly slots: UpdatedWeight<Moment>["slots"] } {
  const e = expressions(builder);
  const first = e.add(e.multiply(slots.first_moment, options.beta1), gradient);
  const second = e.add(e.multiply(slots.second_moment, options.beta2), e.multiply(gradient, gradient));
  const step = e.divide(e.multiply(first, scalars.step_size), e.add(e.sqrt(second), scalars.epsilon));
  return { step, slots: { first_moment: first, second_moment: second } };
}

/** (1 − β) ∕ (1 − βᵗ), the reciprocal of 1 + β + … + βᵗ⁻¹. */
export function correction(beta: number, count: number): number {
  return beta === 1 ? 1 / count : (1 - beta) / (1 - beta ** count);
}

export function correctionFormula(beta: number, time: "count" | "step" = "count"): string {
  return beta === 1 ? `1 / ${time}` : `(1 - ${beta}) / (1 - ${beta} ** ${time})`;
}

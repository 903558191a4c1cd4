import type { GraphBuilder } from "../../graph/builder.ts";
import { expressions } from "../../graph/expressions.ts";
import { type Value, sizeOf } from "../../graph/graph.ts";
import { sumOfSquares } from "../sum-of-squares.ts";
import type { OptimizerDefinition, OptimizerOptions } from "./optimizer.ts";

type Options = OptimizerOptions<"adafactor">;
type Scalar = "rate" | "largest_rate" | "kept_moment" | "new_moment" | "kept";

/**
 * Algorithms 4 (matrices) and 5 (vectors) of Shazeer & Stern (2018). The mean of squared gradients of a matrix is kept
 * as means over its rows and over its columns, instead of sums, which gives the same estimate: V̂ = R·C ∕ mean(R). In a
 * weight of higher rank the last two dimensions are the matrix, as in PyTorch. Further: β̂₂ = 1 − t^−exponent (§6),
 * updates clipped to a root mean square of d (§5), and steps relative to the weight's own size (§8). Decay is
 * decoupled.
 */
export const adafactor: OptimizerDefinition<"adafactor", string, Scalar> = {
  slots: ({ beta1 }, shape) => ({
    ...(shape.length > 1
      ? { row_moment: [...shape.slice(0, -1), 1], column_moment: [...shape.slice(0, -2), 1, shape.at(-1) ?? 1] }
      : { second_moment: shape }),
    ...(beta1 > 0 ? { first_moment: shape } : {}),
  }),
  scalars: ({ decay_exponent, weight_decay }, { rate, count }) => {
    const share = count ** -decay_exponent;
    return {
      rate,
      largest_rate: count ** -0.5,
      kept_moment: 1 - share,
      new_moment: share,
      kept: 1 - rate * weight_decay,
    };
  },
  formulas: ({ decay_exponent, weight_decay }) => ({
    rate: "rate",
    largest_rate: "count ** -0.5",
    kept_moment: `1 - count ** -${decay_exponent}`,
    new_moment: `count ** -${decay_exponent}`,
    kept: `1 - rate * ${weight_decay}`,
  }),
  update(builder, { options, weight, gradient: given, slots, scalars, decayed }) {
    const e = expressions(builder);
    const gradient = e.broadcastTo(given, weight.shape);
    const { factor, moments } = inverseRoot(builder, { options, gradient, slots, scalars });
    const direction = factor(gradient);
    const clipped = e.maximum(1, e.divide(rootMeanSquare(builder, direction), options.clip));
    const rate = options.relative_step ? relativeRate(builder, weight, scalars, options) : scalars.rate;
    const step = e.multiply(direction, e.divide(rate, clipped));
    const averaged =
      slots["first_moment"] &&
      e.add(e.multiply(slots["first_moment"], options.beta1), e.multiply(step, 1 - options.beta1));
    const kept = decayed && options.weight_decay > 0 ? e.multiply(weight, scalars.kept) : weight;
    return {
      weight: e.subtract(kept, averaged ?? step),
      slots: { ...moments, ...(averaged ? { first_moment: averaged } : {}) },
    };
  },
};

interface SecondMoment {
  readonly options: Options;
  readonly gradient: Value;
  readonly slots: { readonly [name: string]: Value };
  readonly scalars: { readonly [Name in Scalar]: Value };
}

/** Multiplies a gradient by 1 ∕ √V̂, and returns the next slots of V̂. */
function inverseRoot(builder: GraphBuilder, { options, gradient, slots, scalars }: SecondMoment) {
  const e = expressions(builder);
  const moving = (slot: Value, squares: Value): Value =>
    e.add(e.multiply(slot, scalars.kept_moment), e.multiply(e.add(squares, options.epsilon1), scalars.new_moment));
  const mean = (x: Value, axis: number): Value =>
    builder.emit("reduce_mean", [x], { axes: [axis], keep_dimensions: true });
  const squares = e.multiply(gradient, gradient);
  const { row_moment: rows, column_moment: columns, second_moment: whole } = slots;
  if (whole) {
    const second = moving(whole, squares);
    return { factor: (x: Value) => e.divide(x, e.sqrt(second)), moments: { second_moment: second } };
  }
  if (!rows || !columns) throw new Error("adafactor keeps the moments of rows and columns, or of every element");
  const [vertical, horizontal] = [gradient.shape.length - 2, gradient.shape.length - 1];
  const [row, column] = [moving(rows, mean(squares, horizontal)), moving(columns, mean(squares, vertical))];
  const ofRows = e.sqrt(e.divide(mean(row, vertical), row));
  const ofColumns = e.reciprocal(e.sqrt(column));
  return {
    factor: (x: Value) => e.multiply(e.multiply(x, ofRows), ofColumns),
    moments: { row_moment: row, column_moment: column },
  };
}

/** α = max(ε₂, RMS(w)) · ρ with ρ = min(rate, 1∕√t). */
function relativeRate(
  builder: GraphBuilder,
  weight: Value,
  scalars: SecondMoment["scalars"],
  { epsilon2 }: Options,
): Value {
  const e = expressions(builder);
  return e.multiply(
    e.maximum(rootMeanSquare(builder, weight), epsilon2),
    e.minimum(scalars.rate, scalars.largest_rate),
  );
}

function rootMeanSquare(builder: GraphBuilder, x: Value): Value {
  const e = expressions(builder);
  return e.sqrt(e.multiply(sumOfSquares(builder, x), 1 / sizeOf(x.shape)));
}

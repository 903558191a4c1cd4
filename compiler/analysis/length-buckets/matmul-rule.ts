import { type AxisFact, type Padding, type ValueFact, factOf, paddingAt, zeroOrUnknown } from "./facts.ts";
import { type Rule, followedAxes, lengthInNumbers, otherPositions } from "./rule.ts";

/**
 * Rows, columns and leading axes keep their layouts; along the axis that is summed over, one side must be padded with
 * 0.
 */
export const matmulRule: Rule<"matmul"> = (pair) => {
  const {
    short: { attributes },
    inputs: [left, right],
  } = pair;
  if (!left || !right) return [];
  if (attributes.scale !== pair.full.attributes.scale) return lengthInNumbers;
  const [rows, summed] = lastTwo(left, attributes.transpose_a);
  const [over, columns] = lastTwo(right, attributes.transpose_b);
  if (!summed || !over || !rows || !columns) return [];
  if (!summed.axis.unify(over.axis)) return otherPositions;
  if (!summed.axis.isWhole && summed.padding !== 0 && over.padding !== 0)
    return "it sums over tokens whose padding is not 0";
  const axes = followedAxes(pair);
  if (!axes) return otherPositions;
  const leading = axes.length - 2;
  return [
    factOf(axes, (index): Padding => {
      if (index >= leading) return zeroOrUnknown((index === leading ? rows : columns).padding);
      const isShared = right.axes.length === 2;
      return left.axes[index]?.padding === 0 || (!isShared && right.axes[index]?.padding === 0) ? 0 : undefined;
    }),
  ];
};

/** The last two axes, in the order in which the product reads them. */
function lastTwo(fact: ValueFact, transposed: boolean): readonly (AxisFact | undefined)[] {
  const rank = fact.axes.length;
  const sides = [rank - 2, rank - 1].map((index): AxisFact | undefined => {
    const known = fact.axes[index];
    return known && { axis: known.axis, padding: paddingAt(fact, index) };
  });
  return transposed ? sides.toReversed() : sides;
}

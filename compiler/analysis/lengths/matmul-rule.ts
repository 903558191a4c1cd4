import { type Axis, type Fact, type Outside, outsideOf } from "./fact.ts";
import type { Rule } from "./rule.ts";

/** Rows and columns stay as they lie; along the axis that is summed over, what is lacking must be 0 on one side. */
export const matmulRule: Rule<"matmul"> = ({ short, full, inputs: [left, right] }) => {
  if (!left || !right) return [];
  if (short.attributes.scale !== full.attributes.scale) return "it computes with the length of the text";
  const { transpose_a: flipped, transpose_b: turned } = short.attributes;
  const [rows, summed] = lastTwo(left, flipped);
  const [over, columns] = lastTwo(right, turned);
  if (!summed || !over || !rows || !columns) return [];
  if (!summed.axis.meet(over.axis)) return "it brings tokens of different places together";
  if (!summed.axis.isWhole && summed.outside !== 0 && over.outside !== 0)
    return "it sums over tokens whose padding is not 0";
  const lead = left.axes.slice(0, -2);
  if (right.axes.length > 2 && lead.some((axis, place) => !axis.meet(right.axes[place] ?? axis)))
    return "it brings tokens of different places together";
  const leadOutside = lead.map((_, place): Outside =>
    left.outside[place] === 0 || (right.axes.length > 2 && right.outside[place] === 0) ? 0 : undefined,
  );
  const zero = ({ outside }: Side): Outside => (outside === 0 ? 0 : undefined);
  return [{ axes: [...lead, rows.axis, columns.axis], outside: [...leadOutside, zero(rows), zero(columns)] }];
};

interface Side {
  readonly axis: Axis;
  readonly outside: Outside;
}

function lastTwo(fact: Fact, transposed: boolean): readonly (Side | undefined)[] {
  const rank = fact.axes.length;
  const sides = [rank - 2, rank - 1].map((place): Side | undefined => {
    const axis = fact.axes[place];
    return axis && { axis, outside: outsideOf(fact, place) };
  });
  return transposed ? sides.toReversed() : sides;
}

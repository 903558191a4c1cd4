import { Axis, undeterminedAxes } from "./axis.ts";
import {
  type AxisFact,
  type Padding,
  type ValueFact,
  axesOfFact,
  factOf,
  paddingAt,
  unknownPadding,
  varies,
} from "./facts.ts";
import { cutLayout, joinLayouts, prefix } from "./layout.ts";
import { reshapeRule } from "./reshape-rule.ts";
import { type RulesOf, both, followedAxes, otherPositions } from "./rule.ts";

export const movementRules: RulesOf<
  "reshape" | "transpose" | "broadcast_to" | "concat" | "slice" | "pad" | "gather" | "scatter_add" | "one_hot"
> = {
  reshape: reshapeRule,
  transpose: ({ short, inputs: [input] }) =>
    input ? [{ ...input, axes: short.attributes.permutation.flatMap((axis) => input.axes[axis] ?? []) }] : [],
  broadcast_to: (pair) => {
    const [input] = pair.inputs;
    const axes = followedAxes(pair);
    if (!input || !axes) return [];
    const leading = axes.length - input.axes.length;
    const isRepeated = (index: number): boolean => (input.axes[index - leading]?.axis.full ?? 1) === 1;
    const { axes: known } = factOf(axes, (index) =>
      isRepeated(index) ? undefined : input.axes[index - leading]?.padding,
    );
    return [{ ...input, axes: known }];
  },
  concat: (pair) => {
    const { inputs } = pair;
    const followed = followedAxes(pair);
    if (!followed) return otherPositions;
    const { axis: joined } = pair.short.attributes;
    const axes = followed.with(joined, joinedAxis(inputs.flatMap((input) => input.axes[joined]?.axis ?? [])));
    return [
      factOf(axes, (index): Padding => {
        const paddings = inputs
          .filter((input) => index !== joined || varies(input, index))
          .map((input) => paddingAt(input, index));
        return paddings.every((padding) => padding === paddings[0]) ? paddings[0] : undefined;
      }),
    ];
  },
  slice: (pair) => {
    const [input] = pair.inputs;
    if (!input) return [];
    const [starts, sizes] = [both(pair, "starts"), both(pair, "sizes")];
    const axes = input.axes.flatMap(({ axis, padding }, index): readonly AxisFact[] => {
      const range = (which: 0 | 1) => ({ start: starts[which][index] ?? 0, size: sizes[which][index] ?? 0 });
      const cut = cutLayout(axis.resolve(), range(0), range(1));
      if (!cut) return [];
      const kept = new Axis(range(0).size, range(1).size, cut.layout);
      return [{ axis: kept, padding: cut.isExact ? padding : undefined }];
    });
    if (axes.length < input.axes.length) return "it takes tokens from other positions than at the full length";
    return [{ ...input, axes }];
  },
  pad: (pair) => {
    const [input] = pair.inputs;
    const [[before, fullBefore], [after, fullAfter]] = [both(pair, "before"), both(pair, "after")];
    if (!input) return [];
    if (input.axes.some((_, index) => before[index] !== fullBefore[index] || after[index] !== fullAfter[index]))
      return "it adds as many zeros as the text is long";
    const axes = input.axes.map(({ axis }, index): AxisFact => {
      const isZero = paddingAt(input, index) === 0;
      const padded = paddedAxis(axis, { before: before[index] ?? 0, after: after[index] ?? 0, isZero });
      return { axis: padded, padding: isZero ? 0 : undefined };
    });
    return [{ axes }];
  },
  gather: (pair) => {
    const [table, indices] = pair.inputs;
    const { axis } = pair.short.attributes;
    const axes = followedAxes(pair);
    if (!table || !indices || !axes) return [];
    const rows = table.axes[axis]?.axis;
    // Positions of a row's tokens are less than every length, so that they refer to the same rows of a table that is
    // cut after these.
    if (rows?.isWhole === false && !(indices.holdsPositions && rows.resolve().length === 1))
      return "its table has a row for each token of the text";
    return [unknownPadding(axes)];
  },
  scatter_add: ({ short, full, inputs }) =>
    inputs.some((input) => axesOfFact(input).some((axis) => !axis.isWhole))
      ? "it adds up tokens by their ids, the padding too"
      : [unknownPadding(undeterminedAxes(short.outputs[0]?.shape ?? [], full.outputs[0]?.shape ?? []))],
  one_hot: (pair) => {
    const [indices] = pair.inputs;
    const [short, full] = both(pair, "depth");
    if (!indices) return [];
    if (short !== full && !indices.holdsPositions) return "it counts as many ids as the text is long";
    const axes = [...axesOfFact(indices), new Axis(short, full, prefix(short, full))];
    return [factOf(axes, (index) => (index === axes.length - 1 ? 0 : undefined)) satisfies ValueFact];
  },
};

function paddedAxis(
  axis: Axis,
  { before, after, isZero }: { readonly before: number; readonly after: number; readonly isZero: boolean },
): Axis {
  const [short, full] = [axis.short + before + after, axis.full + before + after];
  const layout = axis.resolve();
  // Zeros after padding that is 0 already are as good as zeros after the shorter text.
  if (isZero && layout.length === 1) return new Axis(short, full, prefix(short, full));
  const zeros = (length: number) => [{ length, gap: 0 }];
  return new Axis(short, full, joinLayouts([zeros(before), layout, zeros(after)]));
}

function joinedAxis(parts: readonly Axis[]): Axis {
  const total = (size: (axis: Axis) => number): number => parts.reduce((sum, axis) => sum + size(axis), 0);
  return new Axis(
    total(({ short }) => short),
    total(({ full }) => full),
    joinLayouts(parts.map((axis) => axis.resolve())),
  );
}

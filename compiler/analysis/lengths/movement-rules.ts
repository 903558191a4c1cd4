import type { Shape } from "../../graph/graph.ts";
import { Axis, type Outside, outsideOf, unknownOutside } from "./fact.ts";
import { cutLayout, joinLayouts, prefix } from "./layout.ts";
import { both, type RulesOf } from "./rule.ts";

const otherPlaces = "it brings tokens of different places together";

/** Axes of a value of which every layout is right, because what it holds does not differ along those that vary. */
export function anyAxes(short: Shape, full: Shape): readonly Axis[] {
  return short.map((size, axis) => new Axis(size, full[axis] ?? size));
}

export const movementRules: RulesOf<
  "reshape" | "transpose" | "broadcast_to" | "concat" | "slice" | "pad" | "gather" | "scatter_add" | "one_hot"
> = {
  reshape: (pair) => {
    const [input] = pair.inputs;
    const axes = input && reshapedAxes(input.axes, ...both(pair, "shape"));
    if (!axes) return "it is a reshape that takes the axis of the tokens apart, or joins it with another";
    return [
      {
        ...input,
        axes: axes.map(({ axis }) => axis),
        outside: axes.map(({ from }) => (from === undefined ? undefined : outsideOf(input, from))),
      },
    ];
  },
  transpose: ({ short, inputs: [input] }) => {
    if (!input) return [];
    const { permutation } = short.attributes;
    return [
      {
        ...input,
        axes: permutation.flatMap((axis) => input.axes[axis] ?? []),
        outside: permutation.map((axis) => input.outside[axis]),
      },
    ];
  },
  broadcast_to: (pair) => {
    const [input] = pair.inputs;
    if (!input) return [];
    const [short, full] = both(pair, "shape");
    const lead = short.length - input.axes.length;
    const repeated = anyAxes(short, full);
    const isOwn = (axis: number): boolean => (input.axes[axis - lead]?.full ?? 1) !== 1;
    return [
      {
        ...input,
        axes: repeated.map((axis, place) => (isOwn(place) ? (input.axes[place - lead] ?? axis) : axis)),
        outside: repeated.map((_, place) => (isOwn(place) ? input.outside[place - lead] : undefined)),
      },
    ];
  },
  concat: ({ short, inputs }) => {
    const [first] = inputs;
    if (!first) return [];
    const { axis: joined } = short.attributes;
    const axes = first.axes.map((axis, place) =>
      place === joined ? joinedAxis(inputs.flatMap((input) => input.axes[place] ?? [])) : axis,
    );
    if (inputs.some((input) => input.axes.some((axis, place) => place !== joined && !first.axes[place]?.meet(axis))))
      return otherPlaces;
    const outside = axes.map((_, place): Outside => {
      const varying = inputs
        .filter((input) => place !== joined || input.axes[place]?.isWhole === false)
        .map((input) => outsideOf(input, place));
      return varying.every((each) => each === varying[0]) ? varying[0] : undefined;
    });
    return [{ axes, outside }];
  },
  slice: (pair) => {
    const [input] = pair.inputs;
    if (!input) return [];
    const [starts, sizes] = [both(pair, "starts"), both(pair, "sizes")];
    const cut = input.axes.map((axis, place) => {
      const stretch = (which: 0 | 1) => ({ start: starts[which][place] ?? 0, size: sizes[which][place] ?? 0 });
      const layout = cutLayout(axis.settle(), stretch(0), stretch(1));
      return (
        layout && {
          axis: new Axis(stretch(0).size, stretch(1).size, layout.layout),
          outside: layout.isExact ? input.outside[place] : undefined,
        }
      );
    });
    const whole = cut.filter((each) => each !== undefined);
    if (whole.length < cut.length) return "it takes tokens from another place than at the full length";
    return [{ ...input, axes: whole.map(({ axis }) => axis), outside: whole.map(({ outside }) => outside) }];
  },
  pad: (pair) => {
    const [input] = pair.inputs;
    const [[before, fullBefore], [after, fullAfter]] = [both(pair, "before"), both(pair, "after")];
    if (!input) return [];
    if (input.axes.some((_, place) => before[place] !== fullBefore[place] || after[place] !== fullAfter[place]))
      return "it adds as many zeros as the text is long";
    const isZero = input.axes.map((_, place) => outsideOf(input, place) === 0);
    const axes = input.axes.map((axis, place) => {
      const [ahead, behind] = [before[place] ?? 0, after[place] ?? 0];
      const [short, full] = [axis.short + ahead + behind, axis.full + ahead + behind];
      const layout = axis.settle();
      // Where padding is 0 already, zeros behind it are as good as zeros behind the shorter text.
      const together =
        isZero[place] && layout.length === 1
          ? prefix(short, full)
          : joinLayouts([[{ length: ahead, gap: 0 }], layout, [{ length: behind, gap: 0 }]]);
      return new Axis(short, full, together);
    });
    return [{ axes, outside: isZero.map((zero) => (zero ? 0 : undefined)) }];
  },
  gather: (pair) => {
    const [table, indices] = pair.inputs;
    const { axis } = pair.short.attributes;
    if (!table || !indices) return [];
    const rows = table.axes[axis];
    if (rows?.isWhole === false && !(indices.isPlace && isPrefix(rows)))
      return "its table has a row for each token of the text";
    return [unknownOutside([...table.axes.slice(0, axis), ...indices.axes, ...table.axes.slice(axis + 1)])];
  },
  scatter_add: ({ short, full, inputs }) =>
    inputs.some(({ axes }) => axes.some((axis) => !axis.isWhole))
      ? "it adds up tokens by their ids, the padding too"
      : [unknownOutside(anyAxes(short.outputs[0]?.shape ?? [], full.outputs[0]?.shape ?? []))],
  one_hot: (pair) => {
    const [indices] = pair.inputs;
    const [short, full] = both(pair, "depth");
    if (!indices) return [];
    if (short !== full && !indices.isPlace) return "it counts as many ids as the text is long";
    return [
      {
        axes: [...indices.axes, new Axis(short, full, prefix(short, full))],
        outside: [...indices.axes.map(() => undefined), 0],
      },
    ];
  },
};

/** Whether its places are the first ones; from now on they are, where nothing has said before. */
function isPrefix(axis: Axis): boolean {
  return axis.settle().length === 1;
}

function joinedAxis(parts: readonly Axis[]): Axis {
  const total = (size: (axis: Axis) => number): number => parts.reduce((sum, axis) => sum + size(axis), 0);
  return new Axis(
    total(({ short }) => short),
    total(({ full }) => full),
    joinLayouts(parts.map((axis) => axis.settle())),
  );
}

/** Each axis that varies must go on alone; the others may be taken apart and joined as they like. Nothing where that is not so. */
function reshapedAxes(
  axes: readonly Axis[],
  short: Shape,
  full: Shape,
): readonly { readonly axis: Axis; readonly from?: number }[] | undefined {
  const result: { readonly axis: Axis; readonly from?: number }[] = [];
  const isOne = ({ short: size, full: whole }: { readonly short: number; readonly full: number }): boolean =>
    size === 1 && whole === 1;
  const given = axes.map((axis, from) => ({ axis, from })).filter(({ axis }) => !isOne(axis));
  const [left, right] = [
    { short: 1, full: 1 },
    { short: 1, full: 1 },
  ];
  let next = 0;
  for (const [place, size] of short.entries()) {
    const whole = full[place] ?? size;
    const own = given[next];
    const isBoundary = left.short === right.short && left.full === right.full;
    if (size !== whole) {
      if (!isBoundary || own?.axis.short !== size || own.axis.full !== whole) return undefined;
      result.push(own);
      next++;
      continue;
    }
    result.push(
      isBoundary && own?.axis.short === size && own.axis.full === size ? own : { axis: new Axis(size, whole) },
    );
    if (isOne({ short: size, full: whole })) continue;
    right.short *= size;
    right.full *= whole;
    while (next < given.length && left.short < right.short && given[next]?.axis.isWhole) {
      left.short *= given[next]?.axis.short ?? 1;
      left.full *= given[next]?.axis.full ?? 1;
      next++;
    }
  }
  return next === given.length && left.short === right.short && left.full === right.full ? result : undefined;
}

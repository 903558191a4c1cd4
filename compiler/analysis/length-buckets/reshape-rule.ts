import { alignShapes } from "../../graph/ops/axes.ts";
import { Axis } from "./axis.ts";
import { type AxisFact, type ValueFact, paddingAt } from "./facts.ts";
import { type Rule, both } from "./rule.ts";

/**
 * Splits both shapes of the full graph into groups of axes with the same elements. An axis that is a group by itself is
 * passed through. An axis that is split or merged must have all indices in the shorter graph, and nothing is known
 * about the padding of its parts.
 */
export const reshapeRule: Rule<"reshape"> = (pair) => {
  const [input] = pair.inputs;
  if (!input) return [];
  const [short, full] = both(pair, "shape");
  const axes: AxisFact[] = [];
  for (const { from, to } of alignShapes(pair.full.inputs[0]?.shape ?? [], full)) {
    const [passed] = from.length === 1 && to.length === 1 ? from : [];
    const made =
      passed === undefined
        ? remade(
            input,
            from,
            to.map((axis) => [short[axis] ?? 1, full[axis] ?? 1] as const),
          )
        : passedOn(input, passed, short[to[0] ?? 0] ?? 1);
    if (!made) return "it is a reshape that takes the axis of the tokens apart, or joins it with another";
    axes.push(...made);
  }
  return [{ ...input, axes }];
};

function passedOn(input: ValueFact, index: number, size: number): readonly AxisFact[] | undefined {
  const axis = input.axes[index]?.axis;
  return axis?.short === size ? [{ axis, padding: paddingAt(input, index) }] : undefined;
}

function remade(
  input: ValueFact,
  from: readonly number[],
  to: readonly (readonly [short: number, full: number])[],
): readonly AxisFact[] | undefined {
  const isWhole = from.every((index) => input.axes[index]?.axis.isWhole) && to.every(([short, full]) => short === full);
  return isWhole ? to.map(([short, full]) => ({ axis: new Axis(short, full), padding: undefined })) : undefined;
}

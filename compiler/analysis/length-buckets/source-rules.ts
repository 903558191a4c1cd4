import type { OpAttributes } from "../../graph/attributes.ts";
import { type Shape, sizeOf } from "../../graph/graph.ts";
import { prefixAxes, undeterminedAxes } from "./axis.ts";
import { factOf, unknownPadding } from "./facts.ts";
import { type RulesOf, lengthInNumbers } from "./rule.ts";

export const sourceRules: RulesOf<"constant" | "fill"> = {
  constant: ({ short, full }) =>
    isPrefix(short.attributes, full.attributes)
      ? [unknownPadding(prefixAxes(short.attributes.shape, full.attributes.shape))]
      : lengthInNumbers,
  fill: ({ short, full }) => {
    const { value, shape } = short.attributes;
    if (value !== full.attributes.value) return lengthInNumbers;
    return [{ ...factOf(undeterminedAxes(shape, full.attributes.shape), () => value), everywhere: value }];
  },
};

/** True if the data of the shorter constant equals that of the full one at the first indices along every axis. */
function isPrefix(short: OpAttributes["constant"], full: OpAttributes["constant"]): boolean {
  const strides = short.shape.map((_, axis) => sizeOf(full.shape.slice(axis + 1)));
  return short.data.every((value, flat) => Object.is(value, full.data[offsetOf(flat, short.shape, strides)]));
}

function offsetOf(flat: number, shape: Shape, strides: readonly number[]): number {
  let [rest, offset] = [flat, 0];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    offset += (rest % size) * (strides[axis] ?? 1);
    rest = Math.floor(rest / size);
  }
  return offset;
}

import type { OpAttributes } from "../../graph/attributes.ts";
import { type Shape, sizeOf } from "../../graph/graph.ts";
import { Axis } from "./fact.ts";
import { prefix } from "./layout.ts";
import { anyAxes } from "./movement-rules.ts";
import type { RulesOf } from "./rule.ts";

const numbersDiffer = "it computes with the length of the text";

export const sourceRules: RulesOf<"constant" | "fill"> = {
  constant: ({ short, full }) => {
    if (!isPrefix(short.attributes, full.attributes)) return numbersDiffer;
    const axes = short.attributes.shape.map(
      (size, axis) =>
        new Axis(size, full.attributes.shape[axis] ?? size, prefix(size, full.attributes.shape[axis] ?? size)),
    );
    return [{ axes, outside: axes.map(() => undefined) }];
  },
  fill: ({ short, full }) => {
    const { value, shape } = short.attributes;
    if (value !== full.attributes.value) return numbersDiffer;
    const axes = anyAxes(shape, full.attributes.shape);
    return [{ axes, outside: axes.map(() => value), everywhere: value }];
  },
};

/** Whether the numbers are those of the full constant in its first places along every axis. */
function isPrefix(short: OpAttributes["constant"], full: OpAttributes["constant"]): boolean {
  const strides = short.shape.map((_, axis) => sizeOf(full.shape.slice(axis + 1)));
  return short.data.every((value, flat) => Object.is(value, full.data[place(flat, short.shape, strides)]));
}

function place(flat: number, shape: Shape, strides: readonly number[]): number {
  let [rest, at] = [flat, 0];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    at += (rest % size) * (strides[axis] ?? 1);
    rest = Math.floor(rest / size);
  }
  return at;
}

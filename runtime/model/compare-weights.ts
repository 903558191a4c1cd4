import { sameShape, type Shape } from "../../compiler/graph/graph.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";

/** The difference of a weight in two tables. */
export type WeightDifference = { readonly name: string } & (
  | { readonly kind: "equal" }
  | {
      readonly kind: "changed";
      /** The largest |b − a| of a number. */
      readonly largest: number;
      /** ‖b − a‖ ∕ ‖a‖, which is infinite if a is 0. */
      readonly relative: number;
    }
  | { readonly kind: "shape"; readonly left: Shape; readonly right: Shape }
  | { readonly kind: "left" | "right" }
);

/** Compares the weights of two tables by name; those of only one table are `left` or `right`. Equal means the same bits. */
export function compareWeights(left: Tensors, right: Tensors): readonly WeightDifference[] {
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names.map((name) => {
    const [a, b] = [left.get(name), right.get(name)];
    if (!a || !b) return { name, kind: a ? "left" : "right" };
    if (!sameShape(a.shape, b.shape)) return { name, kind: "shape", left: a.shape, right: b.shape };
    const [size, change, largest] = a.data.reduce<readonly [number, number, number]>(
      ([ofLeft, ofChange, most], value, index) => {
        const by = (b.data[index] ?? 0) - value;
        return [ofLeft + value ** 2, ofChange + by ** 2, Math.max(most, Math.abs(by))];
      },
      [0, 0, 0],
    );
    if (change === 0) return { name, kind: "equal" };
    return { name, kind: "changed", largest, relative: Math.sqrt(change / size) };
  });
}

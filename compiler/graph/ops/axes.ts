import type { OpAttributes, OpName } from "../attributes.ts";
import { type Shape, type TensorType, sizeOf } from "../graph.ts";

/** An axis of an input that an axis of an output follows. */
export interface AxisSource {
  /** Index of the input among the node's inputs. */
  readonly input: number;
  readonly axis: number;
  /**
   * `each`: index i of the output depends on index i of this axis, and on no other index of it.
   * `mixed`: index i of the output means the same as index i of this axis, but depends on all indices, as in a softmax.
   * `outermost`: both axes are the first of two groups of axes that have the same elements in the same order, as in a
   * reshape that splits or merges axes. If n divides the sizes of both axes, their n equal parts from the front have
   * the same elements.
   */
  readonly along: "each" | "mixed" | "outermost";
}

/** The origin of an axis of an output. */
export interface OutputAxis {
  readonly sources: readonly AxisSource[];
  /** An axis without sources has the same values everywhere (`repeated`), or values that the op creates (`made`). */
  readonly otherwise: "repeated" | "made";
}

/** Relates the axes of each output to the axes of the inputs. */
export type AxisRule<Op extends OpName> = (
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
  attributes: OpAttributes[Op],
) => readonly (readonly OutputAxis[])[];

export const madeAxis: OutputAxis = { sources: [], otherwise: "made" };
export const repeatedAxis: OutputAxis = { sources: [], otherwise: "repeated" };

export function follows(...sources: readonly AxisSource[]): OutputAxis {
  return { sources, otherwise: "made" };
}

/** An axis that follows axes index by index. */
export function followsEach(...sources: readonly Omit<AxisSource, "along">[]): OutputAxis {
  return follows(...sources.map((source) => ({ ...source, along: "each" as const })));
}

/** Every axis of one input, in order. */
export function allAxes(input: number, { shape }: { readonly shape: Shape }): readonly OutputAxis[] {
  return shape.map((_, axis) => followsEach({ input, axis }));
}

/** Inputs are aligned at the last axis, as NumPy broadcasts; an input of size 1 along an axis is repeated along it. */
export function broadcastAxes(
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
): readonly (readonly OutputAxis[])[] {
  return outputs.map(({ shape }) =>
    shape.map((size, axis) => ({
      sources: inputs.flatMap((input, index) => {
        const own = axis - shape.length + input.shape.length;
        return input.shape[own] === size ? [{ input: index, axis: own, along: "each" as const }] : [];
      }),
      otherwise: "repeated",
    })),
  );
}

/** The axes of the first input, of which the last is mixed. */
export function lastAxisMixed([x]: readonly TensorType[]): readonly (readonly OutputAxis[])[] {
  const last = (x?.shape.length ?? 0) - 1;
  return [(x?.shape ?? []).map((_, axis) => follows({ input: 0, axis, along: axis === last ? "mixed" : "each" }))];
}

/** Every axis of every output has values that the op creates. */
export function madeAxes(
  _inputs: readonly TensorType[],
  outputs: readonly TensorType[],
): readonly (readonly OutputAxis[])[] {
  return outputs.map(({ shape }) => shape.map(() => madeAxis));
}

/** Neighbouring axes of two shapes that have the same elements in the same order. */
export interface AxisGroup {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * Splits two shapes of equal size into the smallest groups of neighbouring axes with equal products: `[2, 3, 4]` and
 * `[6, 4]` into `[0, 1] ↔ [0]` and `[2] ↔ [1]`. An axis of size 1 that has no partner is a group by itself.
 */
export function alignShapes(from: Shape, to: Shape): readonly AxisGroup[] {
  const groups: AxisGroup[] = [];
  let [left, right] = [0, 0];
  while (left < from.length || right < to.length) {
    const group = { from: [] as number[], to: [] as number[] };
    const products = (): readonly [number, number] => [
      sizeOf(group.from.map((axis) => from[axis] ?? 1)),
      sizeOf(group.to.map((axis) => to[axis] ?? 1)),
    ];
    if (from[left] === to[right]) {
      group.from.push(left++);
      group.to.push(right++);
    } else if (from[left] === 1 || right === to.length) group.from.push(left++);
    else if (to[right] === 1 || left === from.length) group.to.push(right++);
    else {
      group.from.push(left++);
      group.to.push(right++);
      for (let [of, by] = products(); of !== by; [of, by] = products()) {
        if (of < by && left < from.length) group.from.push(left++);
        else if (right < to.length) group.to.push(right++);
        else return groups;
      }
    }
    groups.push(group);
  }
  return groups;
}

/**
 * Axes of a reshape: a pair of axes that is a group by itself is passed through; in the other groups the first axes
 * have the same parts.
 */
export function reshapedAxes(
  inputs: readonly TensorType[],
  outputs: readonly TensorType[],
): readonly (readonly OutputAxis[])[] {
  const [x, y] = [inputs[0]?.shape ?? [], outputs[0]?.shape ?? []];
  const axes = y.map((): OutputAxis => madeAxis);
  for (const { from, to } of alignShapes(x, y)) {
    const [source, target] = [from[0], to[0]];
    if (target === undefined) continue;
    axes[target] =
      source === undefined
        ? repeatedAxis
        : follows({ input: 0, axis: source, along: from.length === 1 && to.length === 1 ? "each" : "outermost" });
  }
  return [axes];
}

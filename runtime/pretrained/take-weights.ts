import { type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import { readSafetensors } from "../checkpoint/safetensors.ts";
import { toFloat32 } from "../checkpoint/to-float32.ts";
import type { Float32Tensor } from "../train/step/tensor-store.ts";
import { UserError } from "../user-error.ts";
import { tensorAfter } from "./layout-change.ts";
import type { TakenWeight } from "./match-weights.ts";

/**
 * Reads the matched weights from files, in single precision. `initial` computes the values of new indices of a weight.
 */
export async function takeWeights(
  files: readonly string[],
  taken: readonly TakenWeight[],
  initial: (key: string) => Float32Tensor,
): Promise<ReadonlyMap<string, Float32Tensor>> {
  const wanted = new Set(taken.map(({ from }) => from));
  const read = await Promise.all(files.map((file) => readSafetensors(file, { isWanted: (name) => wanted.has(name) })));
  const tensors = new Map(read.flatMap((each) => [...each.tensors]));
  return new Map(
    taken.map(({ key, from, changes, places }) => {
      const stored = tensors.get(from);
      const data = stored && toFloat32(stored);
      if (!stored || !data)
        throw new UserError(
          "data",
          `${files.join(", ")} holds ${from} as ${stored?.dtype ?? "nothing"}; a weight is floating point numbers.`,
          `Leave it out with \`take: all except ["${key}"]\`.`,
        );
      const tensor = changes.reduce<Float32Tensor>((changed, change) => tensorAfter(change, changed), {
        shape: stored.shape,
        data,
      });
      return [key, places ? takePlaces(initial(key), tensor, places) : tensor];
    }),
  );
}

/** Returns `here` with the known indices of an axis replaced by those of `there`. */
function takePlaces(
  here: Float32Tensor,
  there: Float32Tensor,
  { axis, of }: NonNullable<TakenWeight["places"]>,
): Float32Tensor {
  const data = Float32Array.from(here.data);
  const [outer, inner] = around(here.shape, axis);
  const [sizeHere, sizeThere] = [here.shape[axis] ?? 1, there.shape[axis] ?? 1];
  for (let row = 0; row < outer; row++) {
    for (const [place, from] of of.entries()) {
      if (from === undefined) continue;
      const start = (row * sizeThere + from) * inner;
      data.set(there.data.subarray(start, start + inner), (row * sizeHere + place) * inner);
    }
  }
  return { shape: here.shape, data };
}

/** The number of elements before an axis, and after it. */
function around(shape: Shape, axis: number): readonly [number, number] {
  return [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
}

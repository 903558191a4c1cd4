import type { ResolvedMergeMethod } from "../../compiler/schema/resolved.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { generator } from "../random/generator.ts";
import type { Float32Tensor } from "../train/step/tensor-store.ts";

type MethodOf<Kind extends ResolvedMergeMethod["kind"]> = Extract<ResolvedMergeMethod, { readonly kind: Kind }>;

/** The changes of one weight by each model, in double precision; `undefined` for a model without the weight. */
type Changes = readonly (Float64Array | undefined)[];

/**
 * Prepares the changes of all weights of a model, and gives what is added to the base for one weight. Preparation sees a model as a whole,
 * since TIES keeps the largest changes of all its weights.
 */
type Merge<Kind extends ResolvedMergeMethod["kind"]> = {
  readonly prepare: (options: MethodOf<Kind>, changes: ReadonlyMap<string, Float64Array>, model: number) => void;
  readonly added: (options: MethodOf<Kind>, changes: Changes, index: number) => number;
};

const methods: { readonly [Kind in ResolvedMergeMethod["kind"]]: Merge<Kind> } = {
  average: { prepare: () => {}, added: (_options, changes, index) => meanOf(changes, index) },
  task_arithmetic: { prepare: () => {}, added: ({ scale }, changes, index) => scale * sumOf(changes, index) },
  ties: {
    prepare: ({ density }, changes) => keepLargest(changes, density),
    added: ({ scale }, changes, index) => scale * meanInDirection(changes, index),
  },
  dare: {
    prepare: ({ drop, seed }, changes, model) => dropSome(changes, drop, { seed, model }),
    added: ({ scale }, changes, index) => scale * sumOf(changes, index),
  },
};

/**
 * The merged weights of models that began with `base`. A weight that the base lacks is the mean of the models that have it. Sums are in double
 * precision. The shapes of a weight must be the same in all tables.
 */
export function mergeWeights(method: ResolvedMergeMethod, models: readonly Tensors[], base: Tensors): Tensors {
  const { prepare, added } = methods[method.kind] as Merge<typeof method.kind>;
  const changes = models.map((model, index) => {
    const ofModel = new Map(
      [...model].flatMap(([name, tensor]) => {
        const begun = base.get(name);
        return begun ? [[name, difference(tensor, begun)] as const] : [];
      }),
    );
    prepare(method, ofModel, index);
    return ofModel;
  });
  const names = new Set(models.flatMap((model) => [...model.keys()]));
  return new Map(
    [...names].map((name) => {
      const begun = base.get(name);
      if (!begun) return [name, averageOf(models.flatMap((model) => model.get(name) ?? []))];
      const own = changes.map((ofModel) => ofModel.get(name));
      return [name, { ...begun, data: begun.data.map((value, index) => value + added(method, own, index)) }];
    }),
  );
}

function averageOf(tensors: readonly Float32Tensor[]): Float32Tensor {
  const [first] = tensors;
  if (!first) throw new Error("a weight that no model has");
  const data = first.data.map(
    (_, index) => tensors.reduce((sum, tensor) => sum + (tensor.data[index] ?? 0), 0) / tensors.length,
  );
  return { shape: first.shape, data };
}

function difference({ data }: Float32Tensor, begun: Float32Tensor): Float64Array {
  return Float64Array.from(data, (value, index) => value - (begun.data[index] ?? 0));
}

function sumOf(changes: Changes, index: number): number {
  return changes.reduce((sum, change) => sum + (change?.[index] ?? 0), 0);
}

function meanOf(changes: Changes, index: number): number {
  return sumOf(changes, index) / changes.filter((change) => change !== undefined).length;
}

/** Elects the sign of the sum of all changes, and returns the mean of those that have it (Yadav et al., 2023, algorithm 1). */
function meanInDirection(changes: Changes, index: number): number {
  const direction = Math.sign(sumOf(changes, index));
  const same = changes.flatMap((change) => {
    const value = change?.[index] ?? 0;
    return value !== 0 && Math.sign(value) === direction ? [value] : [];
  });
  return same.length === 0 ? 0 : same.reduce((sum, value) => sum + value, 0) / same.length;
}

/** Sets all but the largest changes of a model to 0: of its n numbers, round(density · n) are kept, and those of the same magnitude as the smallest of them. */
function keepLargest(changes: ReadonlyMap<string, Float64Array>, density: number): void {
  const arrays = [...changes.values()];
  const sizes = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let end = 0;
  for (const array of arrays) {
    sizes.set(array.map(Math.abs), end);
    end += array.length;
  }
  sizes.sort();
  const kept = Math.round(density * sizes.length);
  const smallest = kept === 0 ? Infinity : (sizes[sizes.length - kept] ?? 0);
  for (const array of arrays)
    for (const [index, value] of array.entries()) if (Math.abs(value) < smallest) array[index] = 0;
}

/** Sets changes to 0 at random, and divides the others by the part that is kept (Yu et al., 2024, equation 2). */
function dropSome(
  changes: ReadonlyMap<string, Float64Array>,
  drop: number,
  { seed, model }: { readonly seed: number; readonly model: number },
): void {
  for (const [name, array] of changes) {
    const random = generator(seed, "merge", model, name);
    for (const [index, value] of array.entries()) array[index] = random.uniform() < drop ? 0 : value / (1 - drop);
  }
}

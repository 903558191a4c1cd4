import type { LoopBody } from "./loop-body.ts";
import { type Code, f32x4, f64x2, i32, i32x4, local, loop, moduleOf, type, v128 } from "./wasm.ts";

/**
 * Number of elements of each array in a loop's memory: few enough that an optimizer's arrays fit the cache of a core.
 */
export const BLOCK = 4096;

/** Bytes of one element. */
const ELEMENT = 4;
/** Elements of one vector. */
const LANES = 4;
/** A sum takes two vectors of two float64. */
const SUM = 32;

/** Offset of the four parts of a sum in memory; the sum is their total, in float64. */
export function offsetOfSum(sum: number): number {
  return sum * SUM;
}

/** Offset of the block of an array: arrays that are read come first, then those that are written. */
export function offsetOfArray({ summed }: LoopBody, array: number): number {
  return summed.length * SUM + array * BLOCK * ELEMENT;
}

export function memoryOf(body: LoopBody): number {
  return offsetOfArray(body, body.arrays + body.written.length);
}

/**
 * Compiles `run(bytes, …numbers)` to WebAssembly, over four elements at a time. The last vector may extend beyond the
 * end, over arbitrary data:
 * its results there are not read, and sums leave them out.
 */
export function loopModule(body: LoopBody): Uint8Array<ArrayBuffer> {
  const { arrays, numbers, operations, written, summed } = body;
  const bytes = 0;
  const position = 1 + numbers.length;
  const values = position + 1;
  const mask = values + arrays + numbers.length + operations.length;
  const sums = mask + 1;
  const value = (place: number): Code => local.get(values + place);

  const splats = numbers.flatMap((dtype, index) => [
    ...local.get(1 + index),
    ...f32x4.splat,
    ...(dtype === "bool" ? [...v128.ofFloat32(0), ...f32x4.notEqual] : []),
    ...local.set(values + arrays + index),
  ]);
  const loads = Array.from({ length: arrays }, (_, array) => [
    ...local.get(position),
    ...v128.load(offsetOfArray(body, array)),
    ...local.set(values + array),
  ]);
  const computations = operations.map(({ op, operands }, index) => [
    ...op.vector(...operands.map(value)),
    ...local.set(values + arrays + numbers.length + index),
  ]);
  const stores = written.map((place, index) => [
    ...local.get(position),
    ...value(place),
    ...v128.store(offsetOfArray(body, arrays + index)),
  ]);
  // An element at byte b counts if b < bytes.
  const masking = [
    ...local.get(bytes),
    ...local.get(position),
    ...i32.subtract,
    ...i32x4.splat,
    ...v128.ofInt32([0, 4, 8, 12]),
    ...i32x4.greaterThan,
    ...local.set(mask),
  ];
  const additions = summed.map((place, index) =>
    [[], v128.upperHalf].flatMap((half, part) => {
      const sum = sums + 2 * index + part;
      const addend = [...value(place), ...local.get(mask), ...v128.and];
      const lanes = part === 0 ? addend : [...addend, ...addend, ...half];
      return [...local.get(sum), ...lanes, ...f64x2.ofLowerFloat32, ...f64x2.add, ...local.set(sum)];
    }),
  );
  const next = [
    ...local.get(position),
    ...i32.constant(LANES * ELEMENT),
    ...i32.add,
    ...local.set(position),
    ...local.get(position),
    ...local.get(bytes),
    ...i32.lessThan,
  ];
  const results = summed.flatMap((_, index) =>
    [0, 1].flatMap((part) => [
      ...i32.constant(0),
      ...local.get(sums + 2 * index + part),
      ...v128.store(offsetOfSum(index) + (part * SUM) / 2),
    ]),
  );

  const vectors = arrays + numbers.length + operations.length + 1 + 2 * summed.length;
  return moduleOf({
    parameters: [type.i32, ...numbers.map(() => type.f32)],
    locals: [type.i32, ...Array.from({ length: vectors }, () => type.v128)],
    body: [
      ...splats,
      ...loop([
        ...loads.flat(),
        ...computations.flat(),
        ...stores.flat(),
        ...(summed.length > 0 ? [...masking, ...additions.flat()] : []),
        ...next,
      ]),
      ...results,
    ],
  });
}

/** Equal for bodies with the same module. */
export function bodyKey({ operations, ...body }: LoopBody): string {
  return JSON.stringify([body, operations.map(({ name, operands }) => [name, ...operands])]);
}

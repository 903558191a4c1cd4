/** Kinds of numbers that a list can hold, by the typed arrays that hold them. */
export const numberArrays = {
  uint8: Uint8Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float64: Float64Array,
} as const;

export type NumberKind = keyof typeof numberArrays;

/** Numbers by index: one for each row, say. */
export interface NumberList {
  readonly length: number;
  push(value: number): void;
  /** NaN beyond the end. */
  at(index: number): number;
  /** Replaces a number that is there. */
  set(index: number, value: number): void;
}

/** The numbers of a list, in their order. */
export function* numbersOf(list: NumberList): Generator<number> {
  for (let index = 0; index < list.length; index++) yield list.at(index);
}

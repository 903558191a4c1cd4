/** The types of numbers that a list can have, and the typed array of each. */
export const numberArrays = {
  uint8: Uint8Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float64: Float64Array,
} as const;

export type NumberKind = keyof typeof numberArrays;

/** Numbers by index, for example one for each row. */
export interface NumberList {
  readonly length: number;
  push(value: number): void;
  /** The number at an index; NaN beyond the end. */
  at(index: number): number;
  /** Replaces the number at an existing index. */
  set(index: number, value: number): void;
}

/** Iterates over the numbers of a list in order. */
export function* numbersOf(list: NumberList): Generator<number> {
  for (let index = 0; index < list.length; index++) yield list.at(index);
}

/** The indices of the values that are greater than `least`. */
export function indicesAbove(values: Float32Array | Float64Array | Int32Array, least: number): number[] {
  return [...values.keys()].filter((index) => (values[index] ?? 0) > least);
}

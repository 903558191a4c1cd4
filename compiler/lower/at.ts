/** The input or output at `index` of a node that the verifier has checked. */
export function at<T extends object | string>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`a node of ${values.length} operands has no operand ${index}`);
  return value;
}

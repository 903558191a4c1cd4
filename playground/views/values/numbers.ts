export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const mostNumbers = 8;

export function numbers(values: readonly number[]): string {
  const shown = values.slice(0, mostNumbers).map(rounded).join(", ");
  return values.length > mostNumbers ? `${shown}, … (${values.length} numbers)` : shown;
}

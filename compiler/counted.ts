/** Formats a count with its noun: `1 row`, `12 rows`. The plural can be given: `2 classes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

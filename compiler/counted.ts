/** `1 row`, `12 rows`; with the plural where it is no `s` behind: `2 classes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

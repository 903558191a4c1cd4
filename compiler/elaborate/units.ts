/** What a number is multiplied by where its unit stands directly behind it: `2M`, `512MB`, `25ms`. Bytes are counted in thousands or, with an `i`, in 1024s; times in seconds. */
const factors: ReadonlyMap<string, number> = new Map([
  ["%", 1e-2],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["kB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["KiB", 1024],
  ["MiB", 1024 ** 2],
  ["GiB", 1024 ** 3],
  ["ms", 1e-3],
  ["s", 1],
  ["min", 60],
  ["Hz", 1],
  ["kHz", 1e3],
]);

export const unitNames: readonly string[] = [...factors.keys()];

/** The number that is meant; `undefined` where there is no such unit. */
export function inUnit(value: number, unit: string): number | undefined {
  const factor = factors.get(unit);
  // The product as one would write it: 7% is 0.07, and 1.1k is 1100.
  return factor === undefined ? undefined : Number((value * factor).toPrecision(15));
}

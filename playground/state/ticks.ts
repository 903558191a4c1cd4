/** Round numbers of an axis, from the largest that is not above `low` to the smallest that is not below `high`: some four to seven. One value is shown beside 0. */
export function ticksOf(low: number, high: number): readonly number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  if (low === high && low !== 0) return ticksOf(Math.min(0, low), Math.max(0, low));
  const span = high - low || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const distance = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const [first, last] = [Math.floor(low / distance), Math.ceil(high / distance)];
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, index) =>
    Number(((first + index) * distance).toPrecision(12)),
  );
}

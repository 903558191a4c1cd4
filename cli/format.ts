/** Formats with four decimals, enough to compare runs. */
export function formatValue(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : "undefined";
}

/** `0.8412 ± 0.0031`. */
export function formatSpread({
  mean,
  deviation,
}: {
  readonly mean: number | null;
  readonly deviation: number | null;
}): string {
  return `${formatValue(mean ?? Number.NaN)} ± ${formatValue(deviation ?? Number.NaN)}`;
}

/** `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `8.2 steps/s`, or `3.1 s/step` if steps are slow. */
export function formatRate(secondsPerStep: number): string {
  if (!Number.isFinite(secondsPerStep) || secondsPerStep <= 0) return "? steps/s";
  return secondsPerStep < 1 ? `${threeDigits(1 / secondsPerStep)} steps/s` : `${threeDigits(secondsPerStep)} s/step`;
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** `950`, `221.2 k`, `1.3 M`. */
export function formatCount(count: number): string {
  return count < 1000 ? String(Math.round(count)) : scaled(count);
}

/** `512 B`, `1.3 MB`: in thousands. */
export function formatBytes(bytes: number): string {
  return bytes < 1000 ? `${Math.round(bytes)} B` : `${scaled(bytes)}B`;
}

/** `201,108,230`. */
export function formatWhole(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ",");
}

function scaled(amount: number): string {
  const [value, prefix] =
    amount < 1e6
      ? [amount / 1e3, "k"]
      : amount < 1e9
        ? [amount / 1e6, "M"]
        : amount < 1e12
          ? [amount / 1e9, "G"]
          : [amount / 1e12, "T"];
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${prefix}`;
}

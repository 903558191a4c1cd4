/** Names and values of figures, in the order of display. */
export type Figures = { readonly [name: string]: number };

/**
 * Figures named `tokens 50 %`, `tokens 90 %`, `tokens most`: the values at these quantiles (nearest rank). Empty if
 * there are no values.
 */
export function quantiles(name: string, values: readonly number[], at: readonly number[] = [0.5, 0.9, 1]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return {};
  return Object.fromEntries(
    at.map((share) => [
      share === 0 ? `${name} least` : share === 1 ? `${name} most` : `${name} ${100 * share} %`,
      sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? 0,
    ]),
  );
}

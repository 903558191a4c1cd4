/** A tree without the parts that printing may change: spans, and the order of comments among declarations. */
export function withoutSpans(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "span" && key !== "comments")
      .map(([key, child]) => [key, withoutSpans(child)]),
  );
}

/** How files write that there is nothing, besides an empty cell. */
const usual = new Set(["na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "?", "-", "--", ".", "missing"]);

export function looksMissing(value: unknown): value is string {
  return typeof value === "string" && usual.has(value.trim().toLowerCase());
}

/** What to do about a cell that most likely says nothing; nothing about any other. */
export function missingHint(value: unknown): string {
  return looksMissing(value) ? `; if it means a missing value, declare missing: ["${value.trim()}"]` : "";
}

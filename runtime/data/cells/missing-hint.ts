/** The texts that files commonly use for a missing value, apart from an empty cell. */
const usual = new Set(["na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "?", "-", "--", ".", "missing"]);

export function looksMissing(value: unknown): value is string {
  return typeof value === "string" && usual.has(value.trim().toLowerCase());
}

/** A hint for a cell that most likely means a missing value, to be appended to a message; empty for any other cell. */
export function missingHint(value: unknown): string {
  return looksMissing(value) ? `; if it means a missing value, declare missing: ["${value.trim()}"]` : "";
}

/**
 * Class names for a target of synthetic data. If only their number is declared, all names have equal length, because
 * they are sorted as text.
 */
export function declaredNames(classes: number | readonly string[]): readonly string[] {
  if (typeof classes !== "number") return classes;
  const digits = String(classes - 1).length;
  return Array.from({ length: classes }, (_, index) => `class-${String(index).padStart(digits, "0")}`);
}

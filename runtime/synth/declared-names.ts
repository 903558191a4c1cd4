/** Names for the classes of a target that is made up. Counted classes are sorted by name, so their numbers are of equal length. */
export function declaredNames(classes: number | readonly string[]): readonly string[] {
  if (typeof classes !== "number") return classes;
  const digits = String(classes - 1).length;
  return Array.from({ length: classes }, (_, index) => `class-${String(index).padStart(digits, "0")}`);
}

/**
 * The level up to which a specification is compiled. Each level includes those before it; an editor only asks for the
 * level that it needs.
 */
export type Level =
  /** Files are loaded and parsed. */
  | "syntax"
  /** Names are bound and resolved. */
  | "names"
  /** Options are resolved, and each task is elaborated for training, so that all shapes are known. */
  | "shapes"
  /** Each task is elaborated for evaluation too, and stages are checked one after the other. */
  | "stages"
  /** Budgets, length buckets and advice are also checked: everything that `mtl check` reports. */
  | "everything";

export const levels: readonly Level[] = ["syntax", "names", "shapes", "stages", "everything"];

/** True if a compilation up to `level` includes `wanted`. */
export function reaches(level: Level, wanted: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(wanted);
}

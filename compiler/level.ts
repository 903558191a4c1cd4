/** A compilation goes as far as its level. Each level includes those before it, and an editor asks for no more than it shows. */
export type Level =
  /** Files are loaded and parsed. */
  | "syntax"
  /** Names are bound and resolved. */
  | "names"
  /** Options are resolved, and each task is elaborated for training: all shapes are known. */
  | "shapes"
  /** Each task is elaborated for evaluation too, and stages are checked one after the other. */
  | "stages"
  /** Budgets, length buckets and advice as well: all that `mtl check` says. */
  | "everything";

export const levels: readonly Level[] = ["syntax", "names", "shapes", "stages", "everything"];

/** True where a compilation that goes until `level` includes `wanted`. */
export function reaches(level: Level, wanted: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(wanted);
}

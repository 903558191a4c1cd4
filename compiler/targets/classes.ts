import type { Rules } from "../semantics.ts";
import type { Classes, Target } from "./target.ts";

/** The classes that a specification declares: their number, or their names. */
export function declaredClasses(classes: number | readonly string[], perRow: Classes["perRow"]): Classes {
  return typeof classes === "number"
    ? { count: classes, names: undefined, perRow }
    : { count: classes.length, names: classes, perRow };
}

/**
 * True if only the data determines how many of the declared outputs have a class. A graph of such a task has a mask of
 * them as an input.
 */
export function hasSpareClasses({ classes }: Pick<Target, "classes">, { spareClasses }: Rules): boolean {
  return spareClasses === "masked" && classes !== undefined && classes.names === undefined;
}

import { exactJson } from "./exact-json.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/** The value of a JSON text. Throws `SyntaxError` where it is none, and `UnreadableValue` where it is nested so deep that nothing could walk through it. */
export function parseJson(text: string): unknown {
  const value = exactJson(text);
  return hasMoreBrackets(text, limitOf("depth")) ? shallow(value) : value;
}

/** The same value. Throws `UnreadableValue` for lists and objects in each other beyond the limit. */
export function shallow(value: unknown): unknown {
  if (!isDeeper(value, limitOf("depth"))) return value;
  throw new UnreadableValue(`its lists or objects are nested on ${beyondLimit("depth", "levels")}`);
}

/** Of most texts there is nothing to walk through: they have fewer brackets than levels are allowed. */
function hasMoreBrackets(text: string, most: number): boolean {
  let found = 0;
  for (const bracket of ["[", "{"])
    for (let at = text.indexOf(bracket); at >= 0 && found <= most; at = text.indexOf(bracket, at + 1)) found += 1;
  return found > most;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((part) => isDeeper(part, levels - 1));
}

import { exactJson } from "./exact-json.ts";
import { beyondLimit, limitOf } from "../limits.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/**
 * Parses a JSON text. Throws `SyntaxError` if it is not JSON, and `UnreadableValue` if it is nested more deeply than
 * the limit `depth`.
 */
export function parseJson(text: string): unknown {
  const value = exactJson(text);
  return hasMoreBrackets(text, limitOf("depth")) ? shallow(value) : value;
}

/**
 * Returns the value. Throws `UnreadableValue` if its lists and objects are nested more deeply than the limit `depth`.
 */
export function shallow(value: unknown): unknown {
  if (!isDeeper(value, limitOf("depth"))) return value;
  throw new UnreadableValue(`its lists or objects are nested on ${beyondLimit("depth", "levels")}`);
}

/** Most texts have fewer brackets than the allowed depth, so that they need no walk. */
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

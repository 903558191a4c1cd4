import { parseJson } from "../cells/parse-json.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/** A value as JSON files have it, parsed if it is a text, as in a cell of CSV. */
export function jsonCell(value: unknown, what: string): unknown {
  if (typeof value !== "string") return value;
  try {
    return parseJson(value);
  } catch (cause) {
    if (cause instanceof UnreadableValue) throw cause;
    throw new UnreadableValue(`it is not ${what}`, undefined, { cause });
  }
}

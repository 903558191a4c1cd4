import { UnreadableValue } from "../unreadable-value.ts";

/** A value as JSON files have it, or its text as a CSV cell has it. */
export function jsonCell(value: unknown, what: string): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (cause) {
    throw new UnreadableValue(`it is not ${what}`, undefined, { cause });
  }
}

import { counted } from "../../compiler/counted.ts";
import { missingHint } from "../data/cells/missing-hint.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";

/** The name of a class: numbers and truth values in files are names too. */
export function className(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw new UnreadableValue(`${JSON.stringify(value)} is not the name of a class`);
}

export function classIndex(name: string, classes: ReadonlyMap<string, number>): number {
  const index = classes.get(name);
  if (index === undefined)
    throw new UnreadableValue(
      `"${name}" is not one of the ${counted(classes.size, "class", "classes")}${missingHint(name)}`,
    );
  return index;
}

import { createHash } from "node:crypto";
import type { ResolvedSplit } from "../../compiler/schema/resolved.ts";
import type { Split } from "./data.ts";
import { UnreadableValue } from "./unreadable-value.ts";

export interface SplitRow {
  readonly values: { readonly [column: string]: unknown };
  /** The split whose file it stands in, where each split has its own file. */
  readonly fileSplit: Split | undefined;
}

/** Names of splits as data sets write them. */
const splitNames: { readonly [name: string]: Split } = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  dev: "validation",
  test: "test",
};

/**
 * The split of a row. It depends on nothing but the row itself (or on its group), so neither order nor other rows move it, and equal rows are
 * never on two sides. Throws `UnreadableValue` for a row that cannot be assigned.
 */
export function splitOf(split: ResolvedSplit, { values, fileSplit }: SplitRow): Split {
  switch (split.kind) {
    case "column": {
      const name = splitNames[text(values[split.column]).trim().toLowerCase()];
      if (name === undefined) throw new UnreadableValue(`"${text(values[split.column])}" is none of train, validation and test`, split.column);
      return name;
    }
    case "files":
      if (fileSplit !== "train" || split.validation === 0) return fileSplit ?? "train";
      return position(values, split.group) < split.validation ? "validation" : "train";
    case "shares": {
      const total = split.train + split.validation + split.test;
      const place = position(values, split.group) * total;
      if (place < split.train) return "train";
      return place < split.train + split.validation ? "validation" : "test";
    }
  }
}

/** A number in [0, 1) drawn from the group's value, or from the content of the whole row. */
function position(values: SplitRow["values"], group: string | undefined): number {
  if (group !== undefined && text(values[group]) === "") throw new UnreadableValue("it has no group to be split by", group);
  return numberOf(group === undefined ? contentOf(values) : text(values[group]));
}

/** A number in [0, 1) that looks drawn, and is the same for the same text. */
export function numberOf(content: string): number {
  return createHash("sha256").update(content).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** The whole row as text, whatever the order of its columns. */
export function contentOf(values: SplitRow["values"]): string {
  return JSON.stringify(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)), bytesAsText);
}

/** Bytes would be written as an object with a key for each. */
function bytesAsText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, bytesAsText);
}

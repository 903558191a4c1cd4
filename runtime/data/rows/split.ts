import type { ResolvedSplit } from "../../../compiler/schema/resolved.ts";
import type { Split } from "../data.ts";
import { cellText, contentOf, numberOf } from "./row-content.ts";
import { type RowValues, cellOf } from "../tables/table.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

export interface SplitRow {
  readonly values: RowValues;
  /** Gives the whole row as text, where a caller already has it; by default `contentOf` does. */
  readonly content?: () => string;
  /** The split of the row's file, if each split has its own file. */
  readonly fileSplit: Split | undefined;
}

/** The names of splits that data sets use. */
const splitNames: { readonly [name: string]: Split } = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  dev: "validation",
  test: "test",
};

/** The split of such a name; `undefined` for any other name. */
export function splitNamed(name: string): Split | undefined {
  const lower = name.trim().toLowerCase();
  return Object.hasOwn(splitNames, lower) ? splitNames[lower] : undefined;
}

/**
 * The split of a row. It depends on nothing but the row itself, or its group, so that neither the order nor other rows
 * change it, and equal rows are never in two splits. Throws `UnreadableValue` for a row that cannot be assigned.
 */
export function splitOf(split: ResolvedSplit, row: SplitRow): Split {
  const { values, fileSplit } = row;
  switch (split.kind) {
    case "column": {
      const named = text(cellOf(values, split.column));
      const name = splitNamed(named);
      if (name === undefined) throw new UnreadableValue(`"${named}" is not train, validation or test`, split.column);
      return name;
    }
    case "files":
      if (fileSplit !== "train" || split.validation === 0) return fileSplit ?? "train";
      return position(row, split.group) < split.validation ? "validation" : "train";
    case "shares": {
      const total = split.train + split.validation + split.test;
      const place = position(row, split.group) * total;
      if (place < split.train) return "train";
      return place < split.train + split.validation ? "validation" : "test";
    }
  }
}

/** The text that decides a row's fold: its group, or else its content. */
export function foldingText(split: ResolvedSplit, { values, content }: SplitRow): string {
  const group = split.kind === "column" ? undefined : split.group;
  return group === undefined ? (content?.() ?? contentOf(values)) : text(cellOf(values, group));
}

/** A number in [0, 1), drawn from the value of the group or from the content of the whole row. */
function position({ values, content }: SplitRow, group: string | undefined): number {
  if (group === undefined) return numberOf(content?.() ?? contentOf(values));
  const name = text(cellOf(values, group));
  if (name === "") throw new UnreadableValue("it has no value in the column of the split's groups", group);
  return numberOf(name);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : cellText(value);
}

import type { MeasuredValue, Split } from "../../runtime/index.ts";
import { formatValue } from "./format.ts";
import { renderTable } from "./table.ts";

/** A row for each task and metric, a column for each split; then the floor of the last split: what always saying the most frequent class, or the mean, gets there. */
export function renderResults(results: readonly MeasuredValue[]): string {
  const splits = (["train", "validation", "test"] as const satisfies readonly Split[]).filter((split) => results.some((result) => result.split === split));
  const rows = new Map<string, { readonly task: string; readonly name: string; readonly values: Map<Split, number>; floor: number | undefined }>();
  for (const { task, name, split, value, floor } of results) {
    const key = `${task} ${name}`;
    const row = rows.get(key) ?? { task, name, values: new Map<Split, number>(), floor: undefined };
    row.values.set(split, value);
    row.floor = floor;
    rows.set(key, row);
  }
  const cell = (value: number | undefined): string => (value === undefined ? "" : formatValue(value));
  return renderTable(
    ["task", "metric", ...splits, "floor"],
    [...rows.values()].map(({ task, name, values, floor }) => [task, name, ...splits.map((split) => cell(values.get(split))), cell(floor)]),
    [...splits, "floor"],
  );
}

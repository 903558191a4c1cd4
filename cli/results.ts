import { type Split, splitNames } from "../runtime/data/data.ts";
import type { MeasuredValue, SeedSummary } from "../runtime/index.ts";
import { formatSpread, formatValue } from "./format.ts";
import { renderTable } from "../compiler/diagnostics/render/text-table.ts";

/** Note below a table that has such values. */
export const ownNote =
  '"After own stage" is the value at the best checkpoint of the last stage that trained the task; later stages have changed its weights since.';

/**
 * A row for each task and metric, a column for each split; then, for the last split, the baseline (the value for always
 * predicting the most frequent class, or the mean), and, if stages after the task's own have changed its weights, the
 * value when its own stage ended.
 */
export function renderResults(results: readonly MeasuredValue[]): string {
  const splits = splitNames.filter((split) => results.some((result) => result.split === split));
  const rows = new Map<
    string,
    {
      readonly task: string;
      readonly name: string;
      readonly values: Map<Split, number>;
      floor: number | undefined;
      own: MeasuredValue["own"];
    }
  >();
  for (const { task, name, split, value, floor, own } of results) {
    const key = `${task} ${name}`;
    const row = rows.get(key) ?? { task, name, values: new Map<Split, number>(), floor: undefined, own: undefined };
    row.values.set(split, value);
    row.floor = floor;
    row.own = own;
    rows.set(key, row);
  }
  const cell = (value: number | undefined): string => (value === undefined ? "" : formatValue(value));
  const last = splits.at(-1) ?? "";
  const hasOwn = [...rows.values()].some(({ own }) => own !== undefined);
  const columns = [...splits, "baseline", ...(hasOwn ? [`${last} after own stage`] : [])];
  return renderTable(
    ["task", "metric", ...columns, ...(hasOwn ? ["own stage"] : [])],
    [...rows.values()].map(({ task, name, values, floor, own }) => [
      task,
      name,
      ...splits.map((split) => cell(values.get(split))),
      cell(floor),
      ...(hasOwn ? [cell(own?.value), own?.stage ?? ""] : []),
    ]),
    columns,
  );
}

/** A row for each task and metric, a column for each split: `0.8412 ± 0.0031`. */
export function renderSeeds(summary: readonly SeedSummary[]): string {
  const splits = splitNames.filter((split) => summary.some((each) => each.split === split));
  const rows = new Map(summary.map(({ task, name }) => [`${task} ${name}`, { task, name }]));
  const cell = (task: string, name: string, split: Split): string => {
    const found = summary.find((each) => each.task === task && each.name === name && each.split === split);
    return found ? formatSpread(found) : "";
  };
  return renderTable(
    ["task", "metric", ...splits],
    [...rows.values()].map(({ task, name }) => [task, name, ...splits.map((split) => cell(task, name, split))]),
    [...splits],
  );
}

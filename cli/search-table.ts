import type { SearchResult, Trial } from "../runtime/index.ts";
import { renderTable } from "../compiler/diagnostics/render/text-table.ts";
import { trialRows } from "../runtime/search/trial-rows.ts";

/** A row for each trial, the best first, with its values. */
export function renderSearch({ trials, measure }: Pick<SearchResult, "trials" | "measure">): string {
  const { header, rows } = trialRows(trials, measure);
  return renderTable(header, rows, header.slice(0, -2));
}

/** `width=64 fit.batch=16`, for a line about a trial. */
export function describeValues({ values }: Pick<Trial, "values">): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

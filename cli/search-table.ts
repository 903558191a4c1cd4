import type { SearchResult, Trial } from "../runtime/index.ts";
import { renderTable } from "../compiler/diagnostics/render/text-table.ts";
import { formatValue } from "./format.ts";

/** The value of a trial's last score, as its measure shows it. */
export function trialValue({ scores }: Pick<Trial, "scores">, { sign }: SearchResult["measure"]): string {
  const score = scores.at(-1);
  return score === undefined ? "" : score === null ? "undefined" : formatValue(sign * score);
}

/** A row for each trial, the best first, with its values. */
export function renderSearch({ trials, measure }: Pick<SearchResult, "trials" | "measure">): string {
  const names = Object.keys(trials[0]?.values ?? {});
  const right = ["trial", measure.label, ...names, "validations"];
  return renderTable(
    ["trial", measure.label, ...names, "validations", "state", "run"],
    trials.map((trial) => [
      String(trial.number),
      trialValue(trial, measure),
      ...names.map((name) => trial.values[name] ?? ""),
      trial.validations === 0 ? "" : String(trial.validations),
      trial.state,
      trial.run ?? "",
    ]),
    right,
  );
}

/** `width=64 fit.batch=16`, for a line about a trial. */
export function describeValues({ values }: Pick<Trial, "values">): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

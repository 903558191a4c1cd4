import { FITTED_LOSS, FITTED_SHARE, type OverfitTask } from "../runtime/sanity/overfit-one-batch.ts";
import { formatValue } from "./format.ts";
import { renderTable } from "../compiler/diagnostics/render/text-table.ts";

export function renderOverfit(tasks: readonly OverfitTask[]): string {
  const header = ["task", "rows", "steps", "loss at the start", "at the end", "fitted"];
  const rows = tasks.map(({ task, rows: count, steps, start, end, fitted }) => [
    task,
    String(count),
    String(steps),
    formatValue(start),
    formatValue(end),
    fitted ? "yes" : "no",
  ]);
  return renderTable(header, rows, header.slice(1, 5));
}

/** Explains "fitted", and what to check if a task was not fitted. */
export function overfitNotes(tasks: readonly OverfitTask[]): readonly string[] {
  const failed = tasks.filter(({ fitted }) => !fitted).map(({ task }) => task);
  const meaning = `A task is fitted if its loss falls to ${FITTED_SHARE * 100} % of the initial loss, or to ${FITTED_LOSS}, both without dropout, on the batch itself.`;
  if (failed.length === 0) return ["", meaning];
  const ways =
    "Try more --steps or another rate; then check for a frozen weight, inputs without information about the target, or label smoothing, which keeps the loss above 0.";
  return ["", meaning, `Not fitted: ${failed.join(", ")}. ${ways}`];
}

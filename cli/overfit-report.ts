import { FITTED_LOSS, FITTED_SHARE, type OverfitTask } from "../runtime/sanity/overfit-one-batch.ts";
import { formatValue } from "./format.ts";
import { renderTable } from "./table.ts";

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

/** What "fitted" means, and what to look at where a task was not. */
export function overfitNotes(tasks: readonly OverfitTask[]): readonly string[] {
  const failed = tasks.filter(({ fitted }) => !fitted).map(({ task }) => task);
  const meaning = `Fitted is a loss of at most ${FITTED_SHARE * 100} % of that at the start, or of at most ${FITTED_LOSS}, both without dropout, on the batch itself.`;
  if (failed.length === 0) return ["", meaning];
  const ways =
    "Try more --steps or another rate; then look for what cannot be learnt: a frozen weight, inputs that say nothing of the target, a loss that label smoothing keeps above 0.";
  return ["", meaning, `Not fitted: ${failed.join(", ")}. ${ways}`];
}

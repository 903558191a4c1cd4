import { note, table } from "./html.ts";
import type { Result } from "./run-record.ts";

/** A row for each task and metric; for each split the value, and next to it the baseline if one was measured. */
export function resultsTable(results: readonly Result[]): string {
  if (results.length === 0) return "<p>The run has not been evaluated: it is unfinished.</p>";
  const splits = [...new Set(results.map(({ split }) => split))].map((split) => {
    const of = results.filter((each) => each.split === split);
    return {
      split,
      hasBaseline: of.some(({ floor }) => floor !== undefined),
      hasOwn: of.some(({ own }) => own !== undefined),
    };
  });
  const rows = [...new Map(results.map(({ task, name }) => [`${task} ${name}`, { task, name }])).values()];
  const cells = ({ task, name }: Pick<Result, "task" | "name">): readonly string[] =>
    splits.flatMap(({ split, hasBaseline, hasOwn }) => {
      const result = results.find((each) => each.task === task && each.name === name && each.split === split);
      return [
        result,
        ...(hasBaseline ? [result && { value: result.floor }] : []),
        ...(hasOwn ? [result?.own] : []),
      ].map((each) => formatValue(each?.value));
    });
  const header = [
    "task",
    "metric",
    ...splits.flatMap(({ split, hasBaseline, hasOwn }) => [
      split as string,
      ...(hasBaseline ? ["baseline"] : []),
      ...(hasOwn ? ["after own stage"] : []),
    ]),
  ];
  return `${table(
    header,
    rows.map((row) => [row.task, row.name, ...cells(row)]),
  )}${splits.some(({ hasBaseline }) => hasBaseline) ? note(baselineNote) : ""}${ownNote(results)}`;
}

const baselineNote =
  "The baseline is the value on these rows for a prediction that does not look at them, made from the training rows alone: how often they have each class or label, or their mean. A model must do better.";

function ownNote(results: readonly Result[]): string {
  const stages = new Map(results.flatMap(({ task, own }) => (own ? [[task, own.stage] as const] : [])));
  if (stages.size === 0) return "";
  const own = [...stages].map(([task, stage]) => `${task} (${stage})`).join(", ");
  return note(
    `All values are for the weights of the last stage. "After own stage" is the value at the best checkpoint of the last stage that trained the task, ${own}; the difference is the effect of training the other tasks.`,
  );
}

/** Formats a value; empty if nothing was measured. */
function formatValue(value: number | null | undefined): string {
  if (value === undefined) return "";
  return value === null ? "not defined" : value.toFixed(4);
}

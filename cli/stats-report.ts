import { splitNames } from "../runtime/data/data.ts";
import type { DataStats, DatasetStats, TaskStats } from "../runtime/data/stats/data-stats.ts";
import { placeText } from "../runtime/data/problem-log.ts";
import type { Leak } from "../runtime/data/stats/leaks.ts";
import { targetNotes } from "../runtime/data/stats/targets-among-inputs.ts";
import { renderTable } from "../compiler/diagnostics/render/text-table.ts";

/** Tables for each data set: rows, dropped rows, columns, modalities, tasks and classes; then leaks between splits. */
export function renderStats({ datasets, leaks, targets }: DataStats): string {
  const tables = datasets.map((dataset) =>
    [`dataset ${dataset.dataset}\n`, ...sections(dataset).map(indent)].join("\n"),
  );
  return [...tables, renderLeaks(leaks), ...targetNotes(targets).map((note) => `${note}\n`)].join("\n");
}

function renderLeaks(leaks: readonly Leak[]): string {
  if (leaks.length === 0) return "No input of a validation or test row is in a training split.\n";
  const rows = leaks.map(({ task, split, trained, same, rows: count, of, first }) => [
    `${split} of ${task}`,
    trained,
    String(count),
    String(of),
    same === "content" ? "the same" : "up to case and spaces",
    `${placeText(first.evaluated)} is ${placeText(first.trained)}`,
  ]);
  return `Inputs that are also in a training split:\n${renderTable(["evaluated", "trained in", "rows", "of", "sameness", "first"], rows, ["rows", "of"])}`;
}

/** `--json` lists further columns. */
const mostColumns = 200;

function sections({ rows, dropped, columns, modalities, tasks }: DatasetStats): readonly string[] {
  const counted = ["rows", ...splitNames];
  return [
    renderTable(
      ["", ...splitNames],
      [
        ["rows", ...splitNames.map((split) => String(rows[split]))],
        ...tasks.map(({ task, labelled }) => [`with ${task}`, ...splitNames.map((split) => String(labelled[split]))]),
      ],
      counted,
    ),
    ...(dropped.length === 0
      ? []
      : [
          renderTable(
            ["left out", "column", "reason", "first"],
            dropped.map(({ column, reason, rows: count, first }) => [
              String(count),
              column ?? "",
              reason,
              placeText(first),
            ]),
            ["left out"],
          ),
        ]),
    renderTable(
      ["column", "types", "missing", "distinct"],
      columns
        .slice(0, mostColumns)
        .map(({ column, types, missing, distinct }) => [
          column,
          describeTypes(types),
          String(missing),
          String(distinct),
        ]),
      ["missing", "distinct"],
    ),
    ...(columns.length > mostColumns ? [`… and ${columns.length - mostColumns} more columns, with --json.\n`] : []),
    ...modalities.map(renderModality),
    ...tasks.flatMap(renderClasses),
  ];
}

function describeTypes(types: { readonly [type: string]: number }): string {
  const names = Object.keys(types);
  return names.length <= 1
    ? (names[0] ?? "")
    : Object.entries(types)
        .map(([type, count]) => `${type} (${count})`)
        .join(", ");
}

function renderModality({ modality, kind, splits: figures }: DatasetStats["modalities"][number]): string {
  const names = [...new Set(splitNames.flatMap((split) => Object.keys(figures[split])))];
  const rows = names.map((name) => [name, ...splitNames.map((split) => formatFigure(figures[split][name]))]);
  return renderTable([`${kind} ${modality}`, ...splitNames], rows, [...splitNames]);
}

/** `--json` lists further classes. */
const mostClasses = 24;

function renderClasses({ task, classNames = [], classes }: TaskStats): readonly string[] {
  if (classes === undefined) return [];
  const rows = classNames
    .slice(0, mostClasses)
    .map((name) => [name, ...splitNames.map((split) => String(classes[name]?.[split] ?? 0))]);
  return [
    renderTable(
      [`class of ${task}`, ...splitNames],
      classNames.length > mostClasses ? [...rows, [`… and ${classNames.length - mostClasses} more`]] : rows,
      [...splitNames],
    ),
  ];
}

function formatFigure(value: number | undefined): string {
  if (value === undefined) return "";
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}

import { counted } from "../compiler/counted.ts";
import type { ConfusionMatrix } from "../runtime/evaluation/confusion-matrix.ts";
import { displayWidth } from "../compiler/diagnostics/render/display-width.ts";
import { renderTable } from "../compiler/diagnostics/render/text-table.ts";

/** A larger matrix is not printed, because it has too many numbers to read. */
const mostClasses = 16;
const mostConfusions = 10;

/**
 * Shows which classes a task confuses: the whole matrix if it fits the columns of the terminal, with numbers instead of
 * names if necessary; else its largest cells.
 */
export function renderConfusion(task: string, confusion: ConfusionMatrix, columns: number): string {
  const { classes } = confusion;
  const numbered = { ...confusion, classes: classes.map((name, of) => `${of + 1} ${name}`) };
  const candidates = [
    matrixTable(confusion, classes),
    matrixTable(
      numbered,
      classes.map((_, of) => String(of + 1)),
    ),
  ];
  const fitting =
    classes.length > mostClasses
      ? undefined
      : candidates.find((table) => table.split("\n").every((line) => displayWidth(line) <= columns));
  return fitting === undefined
    ? largestConfusions(task, confusion)
    : `${task}: each line has the rows of one class, by predicted class\n\n${fitting}`;
}

function matrixTable({ classes, counts }: ConfusionMatrix, header: readonly string[]): string {
  const lines = counts.map((row, actual) => [
    classes[actual] ?? "",
    ...row.map((count) => (count === 0 ? "·" : formatCount(count))),
    share(row[actual] ?? 0, sum(row)),
  ]);
  return renderTable(["", ...header, "recall"], lines, [...header, "recall"]);
}

function largestConfusions(task: string, { classes, counts }: ConfusionMatrix): string {
  const mistakes = counts.flatMap((row, actual) =>
    row.flatMap((count, given) =>
      given === actual || count === 0 ? [] : [{ actual, given, count, share: share(count, sum(row)) }],
    ),
  );
  if (mistakes.length === 0)
    return `${task}: no row of its ${counted(classes.length, "class", "classes")} was confused with another\n`;
  const shown = mistakes.toSorted((left, right) => right.count - left.count).slice(0, mostConfusions);
  const title =
    shown.length < mistakes.length
      ? `the most frequent of ${counted(mistakes.length, "confusion")} among ${counted(classes.length, "class", "classes")}`
      : `confusions among ${counted(classes.length, "class", "classes")}`;
  const table = renderTable(
    ["class", "predicted", "rows", "of the class"],
    shown.map((each) => [classes[each.actual] ?? "", classes[each.given] ?? "", formatCount(each.count), each.share]),
    ["rows", "of the class"],
  );
  return `${task}: ${title}\n\n${table}`;
}

/** Weighted rows have fractional counts. */
function formatCount(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1);
}

function share(part: number, whole: number): string {
  return whole === 0 ? "" : `${Math.round((100 * part) / whole)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

import type { Diagnostic } from "../diagnostic.ts";
import { displayWidth, expandTabs } from "./display-width.ts";
import { countSeverities, createLocator, inReadingOrder, type Place, type RenderInput } from "./input.ts";
import { type Paint, plain, type Role } from "./paint.ts";
import { isShownWhole, visibleLine } from "./visible-line.ts";
import { visibleText, visibleTextIn } from "./visible-text.ts";

/** Longer spans are shown without their middle lines. */
const mostLines = 4;

/**
 * Further diagnostics are counted, not shown: a text with so many mistakes is rarely a specification, and others are
 * fixed first.
 */
const mostDiagnostics = 100;

interface Mark {
  readonly place: Place;
  readonly sign: "^" | "-";
  readonly role: Role;
  /** Text after the marks. */
  readonly label: string;
  readonly arrow: "-->" | ":::";
}

/**
 * Renders diagnostics as rustc does: the message, the location, the line with the span marked, related locations, and
 * the help.
 * The last line counts the diagnostics. The result is empty if there are none.
 */
export function renderText(input: RenderInput, paint: Paint = plain): string {
  if (input.diagnostics.length === 0) return "";
  const locate = createLocator(input);
  const inOrder = inReadingOrder(input);
  const left = inOrder.length - mostDiagnostics;
  const parts = inOrder.slice(0, mostDiagnostics).map((diagnostic) => {
    const primary: Mark = {
      place: locate(diagnostic.at),
      sign: "^",
      role: diagnostic.severity,
      label: "",
      arrow: "-->",
    };
    const related = diagnostic.related.map(({ at, message }): Mark => ({
      place: locate(at),
      sign: "-",
      role: "related",
      label: message,
      arrow: ":::",
    }));
    return renderOne(diagnostic, [primary, ...related], paint);
  });
  return visibleTextIn(paint)(
    `${[...parts, summarize(input.diagnostics) + (left > 0 ? `, of which the first ${mostDiagnostics} are shown` : "")].join("\n\n")}\n`,
  );
}

function renderOne(diagnostic: Diagnostic, marks: readonly Mark[], paint: Paint): string {
  const gutter = String(Math.max(...marks.map(({ place }) => place.end.line))).length;
  const bar = paint("gutter", `${" ".repeat(gutter)} |`);
  const lines = [
    paint(diagnostic.severity, `${diagnostic.severity}[${diagnostic.code}]`) +
      paint("message", `: ${diagnostic.message}`),
  ];
  for (const [index, mark] of marks.entries()) {
    const previous = marks[index - 1];
    if (previous && isOneLine(mark) && isOneLine(previous) && sameLine(mark, previous)) {
      lines.push(...excerpt(mark, gutter, paint).slice(1));
      continue;
    }
    lines.push(
      `${" ".repeat(gutter)}${paint("gutter", mark.arrow)} ${paint("place", `${mark.place.file}:${mark.place.start.line}:${mark.place.start.column}`)}`,
    );
    lines.push(
      ...(mark.place.lines === undefined ? noExcerpt(mark, bar, paint) : [bar, ...excerpt(mark, gutter, paint)]),
    );
  }
  if (diagnostic.help !== undefined)
    lines.push(bar, `${" ".repeat(gutter)} ${paint("gutter", "=")} ${paint("help", "help:")} ${diagnostic.help}`);
  return lines.join("\n");
}

function isOneLine({ place }: Mark): boolean {
  return place.lines !== undefined && place.start.line === place.end.line;
}

/** Two marks on one line share an excerpt if the whole line is shown. */
function sameLine({ place }: Mark, { place: other }: Mark): boolean {
  return (
    place.file === other.file &&
    place.start.line === other.start.line &&
    isShownWhole(place.lines?.lineText(place.start.line) ?? "")
  );
}

function noExcerpt(mark: Mark, bar: string, paint: Paint): readonly string[] {
  return mark.label === "" ? [] : [`${bar} ${paint(mark.role, mark.label)}`];
}

/** Each line of the span with marks below it; the middle of a long span is left out. */
function excerpt(mark: Mark, gutter: number, paint: Paint): readonly string[] {
  const { start, end } = mark.place;
  // A span that ends before the first character of a line does not show that line.
  const last = end.column === 1 && end.line > start.line ? end.line - 1 : end.line;
  const all = Array.from({ length: last - start.line + 1 }, (_, index) => start.line + index);
  if (all.length <= mostLines) return all.flatMap((line) => markedLine(mark, line, { last, gutter }, paint));
  return [
    ...markedLine(mark, start.line, { last, gutter }, paint),
    paint("gutter", "..."),
    ...markedLine(mark, last, { last, gutter }, paint),
  ];
}

function markedLine(
  mark: Mark,
  line: number,
  layout: { readonly last: number; readonly gutter: number },
  paint: Paint,
): readonly string[] {
  const { start, end, lines } = mark.place;
  // Invisible characters are replaced before columns are counted, because the replacement has one column and the
  // character none.
  const whole = visibleText(lines?.lineText(line) ?? "");
  const indentation = whole.length - whole.trimStart().length;
  const { text, from, to } = visibleLine(whole, {
    from: line === start.line ? start.column - 1 : indentation,
    to: line === end.line ? end.column - 1 : whole.trimEnd().length,
  });
  const before = displayWidth(expandTabs(text.slice(0, from)));
  const width = Math.max(displayWidth(expandTabs(text.slice(0, to))) - before, 1);
  const label = line === layout.last && mark.label !== "" ? ` ${mark.label}` : "";
  const shown = expandTabs(text);
  return [
    `${paint("gutter", `${String(line).padStart(layout.gutter)} |`)}${shown === "" ? "" : ` ${shown}`}`,
    `${paint("gutter", `${" ".repeat(layout.gutter)} |`)} ${" ".repeat(before)}${paint(mark.role, mark.sign.repeat(width) + label)}`,
  ];
}

/** `2 errors, 1 warning` */
function summarize(diagnostics: readonly Diagnostic[]): string {
  const counts = countSeverities(diagnostics);
  const parts = [
    count(counts.error, "error"),
    count(counts.warning, "warning"),
    counts.advice === 0 ? "" : `${counts.advice} advice`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function count(number: number, noun: string): string {
  return number === 0 ? "" : `${number} ${noun}${number === 1 ? "" : "s"}`;
}

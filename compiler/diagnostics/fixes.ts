import type { Span } from "../../grammar/ast.ts";
import { editedText, inOrder } from "../edited-text.ts";
import type { Diagnostic, Fix } from "./diagnostic.ts";
import type { Nearest } from "./nearest.ts";

/** The text that a diagnostic is about. */
export interface Written {
  readonly at: Span;
  /** The whole file. */
  readonly text: string;
}

type Safety = Fix["safety"];

/** The characters of the span. */
export function saidIn({ at, text }: Written): string {
  return text.slice(at.start, at.end);
}

/**
 * A misspelt name becomes the one that it most likely meant. `written` may be more than the name: a call, or a pattern
 * in quotes.
 */
export function misspelt(written: Written, name: string, nearest: Nearest | undefined): readonly Fix[] {
  if (nearest === undefined || name === "") return [];
  const said = saidIn(written);
  const index = wholeWord(said, name);
  if (index < 0) return [];
  const start = written.at.start + index;
  const at = { ...written.at, start, end: start + name.length };
  return [replacement(at, name, nearest.name, nearest.isCertain ? "safe" : "guess")];
}

/** The index of a name that is not a part of a longer one. */
function wholeWord(text: string, name: string): number {
  const isLetter = (index: number): boolean => /[\p{L}\p{N}_]/u.test(text.charAt(index));
  for (let index = text.indexOf(name); index >= 0; index = text.indexOf(name, index + 1)) {
    // A unit follows a number without a space: `10secs`.
    const isUnit = /\d/u.test(text.charAt(index - 1));
    if ((isUnit || !isLetter(index - 1)) && !isLetter(index + name.length)) return index;
  }
  return -1;
}

export function replacement(at: Span, before: string, after: string, safety: Safety): Fix {
  return { title: `Write ${quoted(after)} for ${quoted(before)}`, at, replacement: after, safety };
}

/** A fix that replaces the whole span. */
export function replaced(written: Written, after: string, safety: Safety): readonly Fix[] {
  return [replacement(written.at, saidIn(written), after, safety)];
}

/** A fix that inserts a text at an offset of the file. `shown` is the text in its title, if that differs. */
export function inserted(
  { at }: Written,
  offset: number,
  text: string,
  safety: Safety,
  shown = text.trim(),
): readonly Fix[] {
  return [{ title: `Add ${quoted(shown)}`, at: { ...at, start: offset, end: offset }, replacement: text, safety }];
}

export function removed(written: Written, start: number, safety: Safety): readonly Fix[] {
  const at = { ...written.at, start };
  return [{ title: `Remove ${quoted(saidIn(written))}`, at, replacement: "", safety }];
}

/** The end of the text before an offset, without white space. */
export function endBefore({ text }: Written, offset: number): number {
  return text.slice(0, offset).replace(/(?:\s|\/\/[^\n]*\n\s*$)+$/u, "").length;
}

/** An option of the declaration whose name is at the span, or of the call that the span is. */
export function optionAdded(written: Written, option: string, value: string | undefined): readonly Fix[] {
  if (value === undefined) return [];
  const entry = `${option}: ${value}`;
  const said = saidIn(written);
  const { end } = written.at;
  if (said.endsWith(")") || said.endsWith("}")) {
    const isEmpty = /[({]\s*[)}]$/u.test(said);
    const before = endBefore(written, end - 1);
    const separator = isEmpty ? "" : said.endsWith(")") ? ", " : "  ";
    return inserted(written, before, separator + entry, "guess", entry);
  }
  const brace = /^\s*\{/u.exec(written.text.slice(end))?.[0];
  if (brace === undefined) return inserted(written, end, `(${entry})`, "guess", entry);
  const isOnLines = /^[ \t]*(?:\/\/[^\n]*)?\n/u.test(written.text.slice(end + brace.length));
  return inserted(written, end + brace.length, isOnLines ? `\n  ${entry}` : ` ${entry} `, "guess", entry);
}

/** A fix that inserts an option on a line of its own after another one, whose value is at the span. */
export function optionBehind(written: Written, entry: string): readonly Fix[] {
  const { text, at } = written;
  const line = text.slice(text.lastIndexOf("\n", at.start) + 1, at.start);
  const indentation = /^\s*/u.exec(line)?.[0] ?? "";
  const isFirst = /^\s*\w+:\s*$/u.test(line);
  return inserted(written, at.end, isFirst ? `\n${indentation}${entry}` : `  ${entry}`, "guess", entry);
}

function quoted(text: string): string {
  return text.includes("`") ? `"${text}"` : `\`${text}\``;
}

/** The most rounds of fixes of one text. A fix can show the next mistake; a text that shows more in a row would not end. */
export const mostRounds = 20;

/** The fix that is certain of each mistake that has one. */
export function safeFixes(diagnostics: readonly Pick<Diagnostic, "fixes">[]): readonly Fix[] {
  return diagnostics.flatMap(({ fixes }) => fixes.filter(({ safety }) => safety === "safe").slice(0, 1));
}

/** The text with fixes made; of those that overlap or have the same span, the first. */
export function applyFixes(
  text: string,
  fixes: readonly Fix[],
): { readonly text: string; readonly made: readonly Fix[] } {
  const parts = inOrder(fixes.map((fix) => ({ start: fix.at.start, end: fix.at.end, text: fix.replacement, fix })));
  const chosen = parts.filter(({ start, end }, index) => {
    const before = parts[index - 1];
    return before?.start !== start || before.end !== end;
  });
  return { text: editedText(text, chosen), made: chosen.map(({ fix }) => fix) };
}

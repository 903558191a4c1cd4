import type { RenamedDeclaration } from "../../../grammar/ast.ts";
import type { LoadedFile } from "../../../compiler/bind/load.ts";
import type { Renaming } from "../../../compiler/stage/renaming.ts";
import type { TextEdit } from "../text-edit.ts";

interface RenamingEdits {
  readonly declared: readonly RenamedDeclaration[];
  /** The declarations without an effect, which are removed. */
  readonly idle: readonly RenamedDeclaration[];
  readonly added: readonly Renaming[];
}

/**
 * The edits that write and remove `renamed` declarations: new ones before those that there are, since the first that matches counts, else at the
 * end of the file.
 */
export function renamingEdits(
  { path, text }: LoadedFile,
  { declared, idle, added }: RenamingEdits,
): readonly TextEdit[] {
  const lines = added.map(({ from, to }) => `renamed ${JSON.stringify(from)} -> ${JSON.stringify(to)}`).join("\n");
  const [first] = declared;
  if (first && idle.includes(first) && lines !== "")
    return [{ at: first.span, text: lines }, ...idle.slice(1).map((each) => removal(each, text))];
  const removals = idle.map((each) => removal(each, text));
  if (lines === "") return removals;
  const at = first ? startOfLine(text, first.span.start) : text.length;
  const above = first || text === "" ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return [...removals, { at: { file: path, start: at, end: at }, text: `${above}${lines}\n` }];
}

/** Removes a declaration with its line, and the blank line above if nothing follows. */
function removal({ span: { file, start, end } }: RenamedDeclaration, text: string): TextEdit {
  const line = startOfLine(text, start);
  const next = text.indexOf("\n", end);
  const after = next < 0 ? text.length : next + 1;
  const isAlone = (text.slice(line, start) + text.slice(end, after)).trim() === "";
  if (!isAlone) return { at: { file, start, end }, text: "" };
  const above = /\n(?:[^\S\n]*\n)+$/u.exec(text.slice(0, line));
  const isLast = text.slice(after).trim() === "";
  return { at: { file, start: isLast && above ? above.index + 1 : line, end: after }, text: "" };
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

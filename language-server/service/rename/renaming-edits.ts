import type { RenamedDeclaration } from "../../../grammar/ast.ts";
import { editedText } from "../../../compiler/edited-text.ts";
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
    return [{ at: first.span, text: lines }, ...removals({ path, text }, idle.slice(1))];
  if (lines === "") return removals({ path, text }, idle);
  const at = first ? startOfLine(text, first.span.start) : text.length;
  const above = first || text === "" ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return [...removals({ path, text }, idle), { at: { file: path, start: at, end: at }, text: `${above}${lines}\n` }];
}

/** Removes declarations, each with its line; at the end of a file also the blank line above them. */
function removals(
  { path: file, text }: Pick<LoadedFile, "path" | "text">,
  idle: readonly RenamedDeclaration[],
): readonly TextEdit[] {
  const [first] = idle;
  if (!first) return [];
  const rest = editedText(
    text,
    idle.map(({ span: { start, end } }) => ({ start, end, text: "" })),
  );
  if (rest.slice(first.span.start).trim() === "") {
    const start = text.slice(0, first.span.start).trimEnd().length;
    return [{ at: { file, start, end: text.length }, text: start === 0 ? "" : "\n" }];
  }
  return idle.map(({ span: { start, end } }) => {
    const [line, after] = [startOfLine(text, start), text.indexOf("\n", end) + 1];
    const isAlone = after > 0 && (text.slice(line, start) + text.slice(end, after)).trim() === "";
    return { at: { file, start: isAlone ? line : start, end: isAlone ? after : end }, text: "" };
  });
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

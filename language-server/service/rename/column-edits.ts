import type { DatasetDeclaration, Entry } from "../../../grammar/ast.ts";
import { keyOf } from "../../../grammar/written-names.ts";
import type { LoadedFile } from "../../../compiler/bind/load.ts";
import type { Compilation } from "../../../compiler/program.ts";
import type { TextEdit } from "../text-edit.ts";

/**
 * The edits with which data sets read a modality with a new name from the column that they read it from before: by an entry of `columns` where
 * that is the column of its old name, and without one where it is the column of its new name.
 */
export function columnEdits(
  before: Compilation,
  after: Compilation,
  { oldName, newName }: { readonly oldName: string; readonly newName: string },
): readonly TextEdit[] {
  return [...before.files.values()].flatMap((file) =>
    file.tree.declarations.flatMap((declaration) => {
      if (declaration.kind !== "Dataset") return [];
      const { name } = declaration.name;
      const old = before.specification?.datasets[name]?.columns[oldName];
      const now = after.specification?.datasets[name]?.columns[newName];
      if (!old || !now) return [];
      if (JSON.stringify(old) !== JSON.stringify(now))
        return [columnAdded(file, declaration, `${newName}: ${JSON.stringify(oldName)}`)];
      return removal(file, declaration, oldName, newName);
    }),
  );
}

function columnsIn({
  options,
}: DatasetDeclaration): { readonly option: Entry; readonly entries: readonly Entry[] } | undefined {
  const option = options.find((each) => keyOf(each) === "columns");
  return option?.value.kind === "Map" ? { option, entries: option.value.entries } : undefined;
}

/** The edit that adds an entry to the `columns` of a data set, which gets this option if it has none. */
export function columnAdded(
  { path: file, text }: LoadedFile,
  declaration: DatasetDeclaration,
  entry: string,
): TextEdit {
  const columns = columnsIn(declaration);
  const insertion = (offset: number, inserted: string): TextEdit => ({
    at: { file, start: offset, end: offset },
    text: inserted,
  });
  if (columns)
    return insertion(columns.option.value.span.start + 1, columns.entries.length === 0 ? ` ${entry} ` : ` ${entry},`);
  const before = declaration.options.find((option) => keyOf(option) === "path") ?? { span: declaration.name.span };
  const { start, end } = declaration.span;
  return insertion(before.span.end, `${text.slice(start, end).includes("\n") ? "\n  " : "  "}columns: { ${entry} }`);
}

/** Removes the entry of a column that now has the name of its modality, and `columns` with its last entry. */
function removal(
  { path: file, text }: LoadedFile,
  declaration: DatasetDeclaration,
  oldName: string,
  newName: string,
): readonly TextEdit[] {
  const columns = columnsIn(declaration);
  const entry = columns?.entries.find((each) => keyOf(each) === oldName);
  if (!columns || !entry || entry.value.kind !== "String" || entry.value.value !== newName) return [];
  const { start, end } = columns.entries.length === 1 ? columns.option.span : entry.span;
  if (columns.entries.length === 1) {
    const gap = /\s*$/u.exec(text.slice(0, start))?.[0].length ?? 0;
    return [{ at: { file, start: start - gap, end }, text: "" }];
  }
  const gap = /^\s*,?\s*/u.exec(text.slice(end))?.[0].length ?? 0;
  const isLast = columns.entries.at(-1) === entry;
  const comma = /,?\s*$/u.exec(text.slice(0, start))?.[0].length ?? 0;
  return [{ at: { file, start: isLast ? start - comma : start, end: isLast ? end : end + gap }, text: "" }];
}

import type { DatasetDeclaration, ModalityDeclaration } from "../../grammar/ast.ts";
import { keyOf } from "../../grammar/written-names.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedModality } from "../schema/resolved.ts";
import { tableColumns } from "../table-columns.ts";

/** What the options of one modality can get wrong together. */
export function checkModality({ reporter }: Elaboration, { name, value }: ModalityDeclaration, modality: ResolvedModality): boolean {
  if (modality.kind !== "table") return true;
  const columns = tableColumns(modality).map((column) => column.name);
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (columns.length > 0 && twice === undefined) return true;
  const found = twice === undefined ? "no column" : `"${twice}" twice`;
  reporter.report("wrong_type", value.span, { what: `The table "${name.name}"`, expected: "at least one column in `numeric` or `categorical`, and each once", found });
  return false;
}

/** A modality is given as many columns as it is made of, or one whose cells hold all of it. */
export function checkColumnCounts({ reporter }: Elaboration, declaration: DatasetDeclaration, columns: { readonly [field: string]: string | readonly string[] }, modalities: ReadonlyMap<string, ResolvedModality>): boolean {
  const given = optionOf(declaration, "columns");
  const entries = given?.kind === "Map" ? given.entries : [];
  let sound = true;
  for (const [field, named] of Object.entries(columns)) {
    const modality = modalities.get(field);
    const expected = modality && columnCount(modality);
    const count = typeof named === "string" ? 1 : named.length;
    if (expected === undefined || count === expected || count === 1) continue;
    const at = entries.find((entry) => keyOf(entry) === field)?.value.span ?? declaration.name.span;
    reporter.report("wrong_type", at, { what: `The columns of "${field}"`, expected: expected === 1 ? "one column" : `${expected} columns, or one that holds all`, found: String(count) });
    sound = false;
  }
  return sound;
}

/** Nothing where any number will do. */
function columnCount(modality: ResolvedModality): number | undefined {
  switch (modality.kind) {
    case "text":
      return modality.segments;
    case "table":
      return tableColumns(modality).length;
    case "image":
    case "tensor":
      return 1;
  }
}

import type { DatasetDeclaration } from "../../../grammar/ast.ts";
import { keyOf } from "../../../grammar/written-names.ts";
import { nearestName } from "../../../compiler/diagnostics/nearest.ts";
import type { CodeActionSource, Selection } from "./code-action.ts";
import { columnAdded } from "../rename/column-edits.ts";
import { headedDeclaration } from "./surroundings.ts";

/**
 * A field of a data set that is read from the column of its own name, by default, gets an entry in `columns`. Where the columns of the table are known and none has this
 * name, the entry names the nearest column that no other field is read from.
 */
export const mapColumn: CodeActionSource = {
  name: "map-column",
  kind: "quickfix",
  find(selection) {
    const { workspace, path } = selection;
    const dataset = headedDeclaration(selection);
    if (dataset?.kind !== "Dataset") return [];
    const { specification, files } = workspace.compile(path, "shapes");
    const columns = specification?.datasets[dataset.name.name]?.columns ?? {};
    const file = files.get(path);
    const known = columnsOf(selection, dataset);
    const used = new Set(Object.values(columns).filter((column): column is string => typeof column === "string"));
    const free = known?.filter((column) => !used.has(column));
    return Object.entries(columns).flatMap(([field, column]) => {
      if (!file || column !== field || isWritten(dataset, field) || known?.includes(field)) return [];
      const chosen = free && (nearestName(field, free) ?? (free.length === 1 ? free[0] : undefined));
      const title =
        chosen === undefined ? `Name the column of \`${field}\`` : `Read \`${field}\` from the column \`${chosen}\``;
      return [{ title, edits: [columnAdded(file, dataset, `${field}: ${JSON.stringify(chosen ?? field)}`)] }];
    });
  },
};

/** The columns of the data set's table; `undefined` while they are read, and where there are several tables. */
function columnsOf({ workspace }: Selection, dataset: DatasetDeclaration): readonly string[] | undefined {
  const table = dataset.options.find((option) => keyOf(option) === "path")?.value;
  if (table?.kind !== "String") return undefined;
  const columns = workspace.columnsOf(workspace.resolve(dataset.span.file, table.value));
  return columns && columns.length > 0 ? columns.map(({ name }) => name) : undefined;
}

function isWritten({ options }: DatasetDeclaration, field: string): boolean {
  const columns = options.find((option) => keyOf(option) === "columns")?.value;
  return columns?.kind === "Map" && columns.entries.some((entry) => keyOf(entry) === field);
}

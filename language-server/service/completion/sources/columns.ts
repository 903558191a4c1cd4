import type { DatasetDeclaration, Expression } from "../../../../grammar/ast.ts";
import { keyOf } from "../../../../grammar/written-names.ts";
import type { TableColumn } from "../../service-host.ts";
import type { Draft } from "../completion-item.ts";
import { typesWithin } from "../expected.ts";
import type { CompletionRequest, Source } from "../request.ts";

/** Columns of the data, where one is named: also with quotes of their own where the string has not been begun. */
export const columns: Source = (request) => {
  const { value } = request.slot;
  if (value?.kind !== "option") return [];
  if (!typesWithin(value.type).some((type) => type.kind === "string" && type.names === "column")) return [];
  return columnItems(request).map((item) => (request.string ? item : { ...item, text: JSON.stringify(item.label) }));
};

/** The columns of the tables that a declaration is about: of a data set its own, of a task those of its data sets, else those of all. */
export function columnItems(request: CompletionRequest): readonly Draft[] {
  const found = new Map<string, TableColumn>();
  for (const dataset of datasetsFor(request))
    for (const table of tablesOf(dataset))
      for (const column of request.workspace.columnsOf(request.workspace.resolve(dataset.span.file, table)) ?? [])
        if (!found.has(column.name)) found.set(column.name, column);
  return [...found.values()].map(({ name, values }) => ({
    label: name,
    kind: "column",
    detail: values.join(", "),
    documentation: () => values.map((value) => `- \`${value}\``).join("\n"),
    rank: 0,
  }));
}

function datasetsFor({ analysis: { tree }, declaration, names }: CompletionRequest): readonly DatasetDeclaration[] {
  if (declaration?.kind === "Dataset") return [declaration];
  const imported = [...names.scope.file.symbols.values()];
  const all = [...tree.declarations, ...imported].filter((each) => each.kind === "Dataset");
  const own = declaration?.kind === "Task" ? all.filter((dataset) => isFor(dataset, declaration.name.name)) : [];
  return own.length > 0 ? own : [...new Set(all)];
}

function isFor(dataset: DatasetDeclaration, task: string): boolean {
  const tasks = optionOf(dataset, "tasks");
  return tasks?.kind === "List" && tasks.items.some((item) => item.kind === "Name" && item.name === task);
}

function tablesOf(dataset: DatasetDeclaration): readonly string[] {
  const path = optionOf(dataset, "path");
  const written = path?.kind === "Map" ? path.entries.map(({ value }) => value) : [path];
  return written.flatMap((value) => (value?.kind === "String" ? [value.value] : []));
}

function optionOf({ options }: DatasetDeclaration, name: string): Expression | undefined {
  return options.find((option) => keyOf(option) === name)?.value;
}

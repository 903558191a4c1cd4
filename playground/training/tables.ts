import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { pathFrom } from "../state/project.ts";

/** The paths of the tables of a specification, which are relative to its file. */
export function tablesOf(
  { datasets }: Pick<ResolvedSpecification, "datasets">,
  specification: string,
): readonly string[] {
  const written = Object.values(datasets).flatMap(({ path }) =>
    typeof path === "string" ? path : Object.values(path),
  );
  return [...new Set(written.map((path) => pathFrom(specification, path)))];
}

/** A table that is not among the files: neither as a file, nor as a folder of files or a pattern of their names. */
export function missingTable(tables: readonly string[], files: ReadonlyMap<string, Uint8Array>): string | undefined {
  const isThere = (table: string): boolean =>
    files.has(table) || /[*?[{]/u.test(table) || [...files.keys()].some((path) => path.startsWith(`${table}/`));
  return tables.find((table) => !isThere(table));
}

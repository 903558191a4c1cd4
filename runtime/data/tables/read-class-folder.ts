import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { UserError } from "../../user-error.ts";
import type { DataProblem } from "../data.ts";
import type { Table, TableRow, TableSource } from "./table.ts";

/** A folder with one folder for each class: columns `file` and `class`, in order of their names. Hidden files are nothing; files beside the classes are bad rows. */
export async function readClassFolder({ file, path }: TableSource): Promise<Table> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => relative(path, join(parentPath, name)).split(sep));
  const visible = files.filter((parts) => !parts.some((part) => part.startsWith("."))).map((parts) => parts.join("/")).sort();
  const rows: TableRow[] = [];
  const problems: DataProblem[] = [];
  for (const [index, name] of visible.entries()) {
    const [first = "", ...rest] = name.split("/");
    if (rest.length === 0) problems.push({ file, row: index + 1, column: "file", reason: `"${name}" is in no folder of a class` });
    else rows.push({ row: index + 1, values: { file: name, class: first } });
  }
  if (rows.length === 0) throw new UserError("data", `The folder ${file} has no classes.`, "Put each class's files into a folder of its own: photos/cat/1.jpg. Several tables are named by a pattern: data/*.csv.");
  return { file, columns: ["file", "class"], rows, problems, files: ["file"] };
}

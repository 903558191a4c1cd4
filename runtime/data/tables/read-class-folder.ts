import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { UserError } from "../../user-error.ts";
import type { TableSink, TableSource } from "./table.ts";

/** A folder with one folder for each class: columns `file` and `class`, in order of their names. Hidden files are nothing; files beside the classes are bad rows. */
export async function readClassFolder({ file, path }: TableSource, sink: TableSink): Promise<void> {
  const visible = await filesBelow(path);
  sink.columns(["file", "class"], ["file"]);
  let found = 0;
  for (const [index, name] of visible.entries()) {
    const [first = "", ...rest] = name.split("/");
    if (rest.length === 0) sink.problem({ file, row: index + 1, path: `${file}/${name}`, column: "file", reason: `"${name}" is in no folder of a class` });
    else {
      found += 1;
      await sink.row(index + 1, { file: name, class: first });
    }
  }
  if (found === 0) throw new UserError("data", `The folder ${file} has no classes.`, "Put each class's files into a folder of its own: photos/cat/1.jpg. Several tables are named by a pattern: data/*.csv.");
}

/** The files in a folder and below it, relative to it, in order of their names; hidden ones are none. */
export async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ parentPath, name }) => relative(path, join(parentPath, name)).split(sep));
  return files.filter((parts) => !parts.some((part) => part.startsWith("."))).map((parts) => parts.join("/")).sort();
}

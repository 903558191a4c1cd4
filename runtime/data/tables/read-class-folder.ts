import { readdir } from "../../host/files.ts";
import { join } from "../../host/paths.ts";
import { portableRelative } from "../../host/portable-path.ts";
import { UserError } from "../../user-error.ts";
import { abridgedList } from "../cells/abridged.ts";
import type { Split } from "../data.ts";
import { splitNamed } from "../rows/split.ts";
import type { TableSink, TableSource } from "./table.ts";

/**
 * Reads a folder that has one folder for each class, as columns `file` and `class`, sorted by name. Hidden files are
 * ignored; files outside of the class folders are bad rows. If folders have the names of splits, the classes are below
 * these.
 */
export async function readClassFolder({ file, path, splitFolders }: TableSource, sink: TableSink): Promise<void> {
  const visible = await filesBelow(path);
  const splits = splitFolders === "splits" ? splitsIn(file, visible) : undefined;
  if (splits === undefined) sink.columns(["file", "class"], ["file"]);
  else
    sink.columns(["file", "class", splitColumn], ["file"], {
      splits: { column: splitColumn, validation: splits.has("validation") ? "there" : "missing" },
    });
  let found = 0;
  for (const [index, name] of visible.entries()) {
    const parts = name.split("/");
    const split = splits === undefined ? undefined : splitNamed(parts.shift() ?? "");
    const [first = "", ...rest] = parts;
    if (rest.length === 0)
      sink.problem({
        file,
        row: index + 1,
        path: `${file}/${name}`,
        column: "file",
        reason: `"${name}" is in no folder of a class`,
      });
    else {
      found += 1;
      await sink.row(index + 1, { file: name, class: first, ...(split === undefined ? {} : { [splitColumn]: split }) });
    }
  }
  if (found === 0 && splits)
    throw new UserError(
      "data",
      `The folder ${file} has folders for splits, and no classes in them.`,
      `Put the files of each class into a folder of its own in each split: ${file}/train/cat/1.jpg.`,
    );
  if (found === 0)
    throw new UserError(
      "data",
      `The folder ${file} has no classes.`,
      "Put the files of each class into a folder of its own: photos/cat/1.jpg. Several tables are named by a pattern: data/*.csv.",
    );
}

const splitColumn = "split";

/**
 * The splits that the folders stand for, if two have the names of splits, or the only folder does. A single such name
 * among other folders is a class: `train` may be a kind of vehicle.
 */
function splitsIn(file: string, names: readonly string[]): ReadonlySet<Split> | undefined {
  const folders = [
    ...new Set(names.filter((name) => name.includes("/")).map((name) => name.slice(0, name.indexOf("/")))),
  ];
  const splits = new Set(folders.map(splitNamed).filter((split) => split !== undefined));
  const others = folders.filter((folder) => splitNamed(folder) === undefined);
  if (splits.size === 0 || (splits.size === 1 && others.length > 0)) return undefined;
  if (others.length > 0) {
    const named = folders.filter((folder) => splitNamed(folder) !== undefined);
    throw new UserError(
      "data",
      `The folder ${file} has ${abridgedList(named)}, which are splits, next to ${abridgedList(others)}.`,
      `Put the classes into the splits, as in ${file}/train/cat/1.jpg, or name a folder for each split: path: { train: "…", test: "…" }.`,
    );
  }
  if (!splits.has("train"))
    throw new UserError(
      "data",
      `The folder ${file} has ${abridgedList(folders)}, and no folder "train".`,
      `Put the examples to train on into ${file}/train.`,
    );
  return splits;
}

/** The files in a folder and below it, relative to it and sorted by name, without hidden ones. */
export async function filesBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => portableRelative(path, join(parentPath, name)));
  return files.filter((file) => !file.split("/").some((part) => part.startsWith("."))).sort();
}

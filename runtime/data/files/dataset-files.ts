import { stat } from "../../host/files.ts";
import { isAbsolute, normalize, resolve } from "../../host/paths.ts";
import { portablePath } from "../../host/portable-path.ts";
import { hasWildcards } from "../../../compiler/globs/parse-glob.ts";
import type { ResolvedDataset } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { type Split, splitNames } from "../data.ts";
import { type DataFolders, allowedPlaces, nameWithin, searchedFolders } from "./data-folders.ts";
import { realFolder, referencesWithin } from "./file-references.ts";
import { globFiles } from "./glob-files.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/** A table of a data set: a file, or a folder with one folder for each class. */
export interface DatasetFile {
  /** The name in the specification, relative to one of the searched folders. */
  readonly name: string;
  readonly path: string;
  /** The split of the file, if each split has files of its own. */
  readonly split: Split | undefined;
}

/**
 * The files of a data set; those of a pattern are in order of their names. Throws `UserError` if one does not exist, or
 * is outside of the data folders.
 */
export async function datasetFiles(
  { path }: Pick<ResolvedDataset, "path">,
  folders: DataFolders,
): Promise<readonly DatasetFile[]> {
  if (typeof path === "string") return filesOf(path, undefined, folders);
  const files: DatasetFile[] = [];
  for (const split of splitNames) {
    const named = path[split];
    if (named !== undefined) for (const file of await filesOf(named, split, folders)) files.push(file);
  }
  return files;
}

/**
 * The name by which a run recognises a file after its folder was moved: relative to the folder in which it was found.
 */
export async function movableName(
  { name, path }: Pick<DatasetFile, "name" | "path">,
  folders: DataFolders,
): Promise<string> {
  if (isAbsolute(name)) return name;
  for (const folder of searchedFolders(folders)) {
    if ((await realFolder(resolve(folder, name))) !== path) continue;
    const within = await nameWithin(path, { root: folder });
    return isAbsolute(within) ? portablePath(normalize(name)) : within;
  }
  return portablePath(normalize(name));
}

async function filesOf(named: string, split: Split | undefined, folders: DataFolders): Promise<readonly DatasetFile[]> {
  const portable = portablePath(named);
  const names = (await isPattern(portable, folders)) ? await matches(portable, folders) : [portable];
  const files: DatasetFile[] = [];
  for (const name of names) files.push({ name, path: await pathOf(name, folders), split });
  return files;
}

/** A name with brackets is not a pattern if a file of that name exists. */
async function isPattern(named: string, folders: DataFolders): Promise<boolean> {
  if (!hasWildcards(named)) return false;
  const found = await Promise.all(
    searchedFolders(folders).map((folder) => stat(resolve(folder, named)).catch(() => undefined)),
  );
  return found.every((each) => each === undefined);
}

async function matches(pattern: string, folders: DataFolders): Promise<readonly string[]> {
  for (const folder of searchedFolders(folders)) {
    const names = await globFiles(pattern, folder);
    if (names.length > 0) return names;
  }
  throw new UserError(
    "data",
    `No file matches "${pattern}".`,
    `It was searched for in ${searchedFolders(folders).join(" and in ")}; in patterns, * matches any name and ** any folders.`,
  );
}

async function pathOf(name: string, folders: DataFolders): Promise<string> {
  const searched = searchedFolders(folders);
  try {
    return await referencesWithin(allowedPlaces(folders), searched)(name);
  } catch (cause) {
    if (!(cause instanceof UnreadableValue)) throw cause;
    const places = [...new Set(searched.map((folder) => resolve(folder, name)))].join(" and at ");
    const start =
      folders.data === undefined ? "the specification" : "the folder of --data or MTL_DATA, or to the specification";
    const elsewhere =
      "Data outside these folders is allowed by naming its folder: --data FOLDER, or the variable MTL_DATA.";
    throw new UserError(
      "data",
      `The data set ${cause.message}.`,
      `It was expected at ${places}; paths are relative to ${start}. ${elsewhere}`,
      { cause },
    );
  }
}

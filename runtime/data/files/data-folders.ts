import { process } from "../../host/machine.ts";
import { stat } from "../../host/files.ts";
import { isAbsolute, resolve } from "../../host/paths.ts";
import { isInside, portableRelative } from "../../host/portable-path.ts";
import { UserError } from "../../user-error.ts";
import { realFolder } from "./file-references.ts";

/** The folders in which files of data sets are searched. Files elsewhere are not read. */
export interface DataFolders {
  /** The folder of the specification. */
  readonly root: string;
  /** A folder that the user named, by a flag or by MTL_DATA. It may be anywhere, and is searched first. */
  readonly data?: string;
  /** Further files or folders that a data set may name, since the user passed them by `--set`. */
  readonly allowed?: readonly string[];
}

/** The files and folders that may be read, with everything below them. */
export function allowedPlaces(folders: DataFolders): readonly string[] {
  return [...searchedFolders(folders), ...(folders.allowed ?? [])];
}

/** The absolute paths among the values of `--set`. */
export function pathsOfSet(set: { readonly [param: string]: string }): Pick<DataFolders, "allowed"> {
  const allowed = Object.values(set)
    .map((value) => value.replace(/^"(.*)"$/, "$1"))
    .filter((value) => isAbsolute(value));
  return allowed.length > 0 ? { allowed } : {};
}

/** The folders in the order in which they are searched. */
export function searchedFolders({ root, data }: DataFolders): readonly string[] {
  return data === undefined ? [root] : [data, root];
}

/**
 * The folder that the user named: by `--data` or an option, else by the variable MTL_DATA. Throws `UserError` if it
 * does not exist.
 */
export async function namedDataFolder(given: string | undefined): Promise<Pick<DataFolders, "data">> {
  const variable = process.env["MTL_DATA"] ?? "";
  const named = given ?? (variable === "" ? undefined : variable);
  if (named === undefined) return {};
  const data = resolve(named);
  if ((await stat(data).catch(() => undefined))?.isDirectory() === true) return { data };
  throw new UserError(
    "usage",
    `The folder ${data} for the data does not exist.`,
    given === undefined ? "The variable MTL_DATA names it." : "Name the root folder of the paths of the data sets.",
  );
}

/**
 * A file's name that stays the same when its folder is moved: its path relative to the first data folder that contains
 * it, with `/`. A file elsewhere keeps its path.
 */
export async function nameWithin(path: string, folders: DataFolders): Promise<string> {
  const searched = await Promise.all(searchedFolders(folders).map(realFolder));
  const folder = searched.find((each) => isInside(each, path));
  return folder === undefined ? path : portableRelative(folder, path);
}

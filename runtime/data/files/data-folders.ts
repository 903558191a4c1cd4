import { process } from "../../host/machine.ts";
import { stat } from "../../host/files.ts";
import { isAbsolute, resolve } from "../../host/paths.ts";
import { isInside, portableRelative } from "../../host/portable-path.ts";
import { UserError } from "../../user-error.ts";
import { realFolder } from "./file-references.ts";

/** Where the data sets of a specification are looked for. Nothing elsewhere is read. */
export interface DataFolders {
  /** That of the specification. */
  readonly root: string;
  /** One that the user named, by a flag or by MTL_DATA: it is looked in first, and may be anywhere. */
  readonly data?: string;
  /** Files or folders that a data set may name besides, since the user did by `--set`. */
  readonly allowed?: readonly string[];
}

/** What may be read: these, and what is below them. */
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

/** In the order in which they are looked in. */
export function searchedFolders({ root, data }: DataFolders): readonly string[] {
  return data === undefined ? [root] : [data, root];
}

/** The folder that the user named: what `--data` or an option says, else the variable MTL_DATA. Throws `UserError` where there is no such folder. */
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

/** The name of a file wherever its folder stands: relative to the first of the folders that holds it, with `/`. A file elsewhere keeps its path. */
export async function nameWithin(path: string, folders: DataFolders): Promise<string> {
  const searched = await Promise.all(searchedFolders(folders).map(realFolder));
  const folder = searched.find((each) => isInside(each, path));
  return folder === undefined ? path : portableRelative(folder, path);
}

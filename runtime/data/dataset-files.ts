import { glob, isDynamicPattern } from "tinyglobby";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ResolvedDataset } from "../../compiler/schema/resolved.ts";
import { UserError } from "../user-error.ts";
import { type Split, splitNames } from "./data.ts";
import { referencesWithin } from "./file-references.ts";
import { UnreadableValue } from "./unreadable-value.ts";

export interface DatasetFolders {
  /** The folder of the specification. */
  readonly root: string;
  /** Nothing outside is read. */
  readonly dataRoot: string;
}

/** A table of a data set: a file, or a folder with one folder for each class. */
export interface DatasetFile {
  /** Relative to the specification. */
  readonly name: string;
  readonly path: string;
  /** Where each split has files of its own. */
  readonly split: Split | undefined;
}

/** The files of a data set, those of a pattern in order of their names. Throws `UserError` where one is not there, or outside. */
export async function datasetFiles({ path }: Pick<ResolvedDataset, "path">, folders: DatasetFolders): Promise<readonly DatasetFile[]> {
  if (typeof path === "string") return filesOf(path, undefined, folders);
  const files: DatasetFile[] = [];
  for (const split of splitNames) {
    const named = path[split];
    if (named !== undefined) files.push(...(await filesOf(named, split, folders)));
  }
  return files;
}

async function filesOf(named: string, split: Split | undefined, folders: DatasetFolders): Promise<readonly DatasetFile[]> {
  const names = (await isPattern(named, folders)) ? await matches(named, folders) : [named];
  const files: DatasetFile[] = [];
  for (const name of names) files.push({ name, path: await pathOf(name, folders), split });
  return files;
}

/** A file may have brackets in its name. */
async function isPattern(named: string, { root }: DatasetFolders): Promise<boolean> {
  return isDynamicPattern(named) && (await stat(resolve(root, named)).catch(() => undefined)) === undefined;
}

async function matches(pattern: string, { root }: DatasetFolders): Promise<readonly string[]> {
  const names = (await glob(pattern, { cwd: root, expandDirectories: false })).sort();
  if (names.length > 0) return names;
  throw new UserError("data", `No file matches "${pattern}".`, `It was looked for in ${root}; in patterns, * stands for any name and ** for any folders.`);
}

async function pathOf(name: string, { root, dataRoot }: DatasetFolders): Promise<string> {
  try {
    return await referencesWithin(dataRoot, [root])(name);
  } catch (cause) {
    if (!(cause instanceof UnreadableValue)) throw cause;
    throw new UserError("data", `The data set ${cause.message}.`, `It was looked for at ${resolve(root, name)}; paths are relative to the specification.`, { cause });
  }
}

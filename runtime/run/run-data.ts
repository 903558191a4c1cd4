import { basename, dirname, isAbsolute, join, resolve, sep } from "../host/paths.ts";
import type { CompiledSpecification } from "../compile.ts";
import type { Data } from "../data/data.ts";
import { type DataFolders, namedDataFolder, pathsOfSet, searchedFolders } from "../data/files/data-folders.ts";
import { realFolder } from "../data/files/file-references.ts";
import { isInside } from "../host/portable-path.ts";
import type { RunFolder } from "./run-folder.ts";
import { type RunLock, hashData } from "./run-lock.ts";
import { UserError } from "../user-error.ts";

/** The folder in which the data of a run is now. */
export interface RunData {
  readonly folders: DataFolders;
  /** The files that have changed since the run began. */
  readonly changed: readonly string[];
  /** A note for the user about the folder. */
  readonly note?: string;
}

export interface RunDataRequest {
  readonly run: RunFolder;
  readonly lock: RunLock;
  readonly compiled: CompiledSpecification;
  /** A folder that the user named. */
  readonly data?: string | undefined;
}

interface Place {
  readonly folders: DataFolders;
  /**
   * Data in the run's project, or in a folder that the user names, may have changed. Any other folder must contain
   * exactly the data that the run began with.
   */
  readonly trust: "may have changed" | "by its hashes";
}

/**
 * Finds the data of a run, which may have been moved or copied with its project, and identifies it by the hashes in its
 * lock. Throws `UserError` if it is not found.
 */
export async function findRunData({ run, lock, compiled, data }: RunDataRequest): Promise<RunData> {
  const tried: { readonly place: Place; readonly changed?: readonly string[]; readonly reason: string }[] = [];
  for (const place of await dataPlaces(run, lock, data)) {
    try {
      const changed = changedFiles(lock.data, await hashData(compiled, place.folders));
      if (changed.length === 0) return { folders: place.folders, changed, ...noteOf(tried, place) };
      tried.push({
        place,
        changed,
        reason: `${changed.join(", ")} ${changed.length === 1 ? "has" : "have"} changed since the run began`,
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      tried.push({ place, reason: error.message.replace(/\.$/, "") });
    }
  }
  const own = tried.find(({ place, changed }) => changed !== undefined && place.trust === "may have changed");
  if (own?.changed) return { folders: own.place.folders, changed: own.changed };
  // Guessed folders that do not exist are not listed.
  const told = tried.filter(
    ({ place, changed }, index) => changed !== undefined || index === 0 || place.folders.root === lock.root,
  );
  const places = told.map(({ place, reason }) => `\n  in ${shown(place)}: ${reason}`);
  throw new UserError(
    "data",
    `The data of the run ${basename(run.path)} was not found. It was searched for${places.join(";")}.`,
    "Name the folder that the paths of its data sets start from: --data FOLDER, or the variable MTL_DATA.",
  );
}

/**
 * A sentence on the files that have changed since the run began; `undefined` if none has. Files that cells name are
 * compared if `data` has read them.
 */
export function changesSince(lock: RunLock, { changed }: RunData, data?: Pick<Data, "contents">): string | undefined {
  const columns = data && lock.contents ? changedFiles(lock.contents, data.contents) : [];
  const all = [...changed, ...columns.map((column) => `files that ${column} names`)];
  return all.length === 0 ? undefined : `The data has changed since the run began: ${all.join(", ")}.`;
}

/** A resumed run must continue with the data it began with. */
export function requireUnchanged(changes: string | undefined): void {
  if (changes !== undefined)
    throw new UserError("data", changes, "Restore the files, name their folder with --data, or start a new training.");
}

/** Every folder that a run's data may be in, most likely first. */
export async function runDataFolders(run: RunFolder, lock: RunLock): Promise<readonly string[]> {
  const places = await dataPlaces(run, lock, undefined);
  return [...new Set(places.flatMap(({ folders }) => searchedFolders(folders)))];
}

async function dataPlaces(run: RunFolder, lock: RunLock, data: string | undefined): Promise<readonly Place[]> {
  const named = await namedDataFolder(data);
  const folder = await realFolder(run.path);
  const project = dirname(dirname(folder));
  // A run may also have been moved alone to where the data is.
  const beside = [project, dirname(folder)];
  const roots = new Set(
    isAbsolute(lock.root)
      ? [...beside, ...movedRoots(project, lock.root), lock.root]
      : [resolve(folder, lock.root), ...beside],
  );
  const paths = pathsOfSet(lock.set);
  const locked = lock.data_folder === undefined ? {} : { data: resolve(folder, lock.data_folder) };
  const isOwn = (root: string): boolean => isInside(project, root) || isInside(root, folder);
  return [...roots].map((root, index) => ({
    folders: { root, ...locked, ...named, ...paths },
    trust:
      named.data !== undefined ||
      (locked.data === undefined &&
        paths.allowed === undefined &&
        isOwn(root) &&
        (isAbsolute(lock.root) || index === 0))
        ? "may have changed"
        : "by its hashes",
  }));
}

/**
 * The folders to which a project may have been moved. An absolute path does not tell how the specification's folder
 * relates to that of the run, so the last names of the path are appended to the folder that contains the runs.
 */
function movedRoots(project: string, root: string): readonly string[] {
  const names = root.split(sep).filter((name) => name !== "");
  return names.map((_, index) => join(project, ...names.slice(-index - 1)));
}

function changedFiles(began: RunLock["data"], now: RunLock["data"]): readonly string[] {
  return [...new Set([...Object.keys(began), ...Object.keys(now)])].filter((file) => began[file] !== now[file]);
}

function noteOf(
  tried: readonly { readonly changed?: readonly string[]; readonly place: Place; readonly reason: string }[],
  place: Place,
): Pick<RunData, "note"> {
  const other = tried.find(({ changed }) => changed !== undefined);
  return other ? { note: `The data is read from ${shown(place)}; in ${shown(other.place)} ${other.reason}.` } : {};
}

function shown({ folders: { root, data } }: Place): string {
  return data === undefined ? root : `${data} and in ${root}`;
}

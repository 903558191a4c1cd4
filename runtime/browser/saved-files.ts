import { filesOf, inStorage, resultOf } from "./storage.ts";

/**
 * Keeps files in the browser's storage under a name, in place of those that were there. Either all of them are kept or
 * none, whenever the page is closed.
 */
export async function saveFiles(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await inStorage("readwrite", async (stores) => {
    stores.files.delete(filesOf(name));
    for (const [path, bytes] of Object.entries(files)) stores.files.put(bytes, [name, path]);
    stores.folders.put({}, name);
  });
}

/** The files that are kept under a name, also those of a run that a training keeps; `undefined` if there are none. */
export function savedFiles(name: string): Promise<Record<string, Uint8Array> | undefined> {
  return inStorage("readonly", async ({ files, folders }) => {
    const [known, keys, contents] = await Promise.all([
      resultOf(folders.get(name)),
      resultOf(files.getAllKeys(filesOf(name))),
      resultOf(files.getAll(filesOf(name))),
    ]);
    if (known === undefined) return undefined;
    return Object.fromEntries(keys.map(([, path = ""], index) => [path, contents[index] as Uint8Array]));
  });
}

/** The names under which files are kept. */
export function savedNames(): Promise<readonly string[]> {
  return inStorage("readonly", ({ folders }) => resultOf(folders.getAllKeys()) as Promise<readonly string[]>);
}

/** Deletes the files that are kept under a name. */
export async function deleteSaved(name: string): Promise<void> {
  await inStorage("readwrite", async ({ files, folders }) => {
    files.delete(filesOf(name));
    folders.delete(name);
  });
}

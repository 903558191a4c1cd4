import { referencesWithin } from "../../runtime/data/files/file-references.ts";

/**
 * Finds the files that requests name: those below a folder, if the server was given one. A name that leaves it is answered as one that does not
 * exist, so that a client learns nothing about other files.
 */
export function allowedFiles(folder: string | undefined): (name: string) => Promise<string> {
  if (folder === undefined)
    return (name) =>
      Promise.reject(
        new Error(
          `${shown(name)} would be a file of the server, which reads none; send its bytes, as a part of multipart/form-data, as {"b64": "…"} or as a data URI`,
        ),
      );
  const within = referencesWithin([folder], [folder]);
  return (name) =>
    within(name).catch(() => {
      throw new Error(`${shown(name)} is not a file in the folder of the server`);
    });
}

function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

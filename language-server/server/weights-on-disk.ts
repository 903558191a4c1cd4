import { closeSync, constants, fstatSync, openSync, readSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { LARGEST_HEADER, parseHeader } from "../../runtime/checkpoint/safetensors-header.ts";

/** Runs that are looked at: the latest of each folder of runs. */
const mostRuns = 50;

/**
 * The names of the weights in each run that a specification can have: those in the folders `runs` beside it and above it, up to a folder of the
 * workspace; and in each of the files and folders at `sources`. What cannot be read has none.
 */
export function weightsOnDisk(
  entry: string,
  sources: readonly string[],
  folders: readonly string[],
): readonly (readonly string[])[] {
  const runs = parentsOf(entry, folders).flatMap((folder) => {
    const all = join(folder, "runs");
    const names = entriesOf(all).filter((name) => !name.includes("."));
    return names.slice(-mostRuns).map((name) => join(all, name));
  });
  return [...runs, ...sources].map(namesIn).filter((names) => names.length > 0);
}

/** The folder of a file, and those around it that belong to the workspace. */
function parentsOf(file: string, folders: readonly string[]): readonly string[] {
  const found = [dirname(file)];
  for (let folder = dirname(file); !folders.includes(folder) && dirname(folder) !== folder; folder = dirname(folder))
    found.push(dirname(folder));
  return folders.some((folder) => found.includes(folder)) ? found : found.slice(0, 1);
}

/** The names in a file of weights, in a trained model, or in the model and the latest checkpoint of a run. */
function namesIn(path: string): readonly string[] {
  if (path.endsWith(".safetensors")) return namesOf(path);
  const checkpoint = entriesOf(join(path, "checkpoints")).at(-1);
  const files = ["model.safetensors", join("model", "model.safetensors")].map((file) => join(path, file));
  if (checkpoint !== undefined) files.push(join(path, "checkpoints", checkpoint, "model.safetensors"));
  return files.map(namesOf).find((names) => names.length > 0) ?? [];
}

/** The names of the tensors in a file; the header alone is read. */
function namesOf(path: string): readonly string[] {
  try {
    // Without the flag, to open a pipe would wait for a writer. Windows has neither.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { size } = fstatSync(file);
      const prefix = new Uint8Array(8);
      if (readSync(file, prefix, 0, 8, 0) < 8) return [];
      const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
      if (length > LARGEST_HEADER || length + 8 > size) return [];
      const header = new Uint8Array(length);
      readSync(file, header, 0, length, 8);
      return parseHeader(header, size - length - 8, path).entries.map(({ name }) => name);
    } finally {
      closeSync(file);
    }
  } catch {
    return [];
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

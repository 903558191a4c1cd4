import { readdir } from "../host/files.ts";
import { basename, join } from "../host/paths.ts";
import { type SearchFile, searchFile, searchFileName } from "./search-file.ts";

/** The searches whose files are in a folder of runs, by name; one that cannot be read is left out. */
export async function listSearches(runs: string): Promise<ReadonlyMap<string, SearchFile>> {
  const names = (await readdir(runs)).filter((name) => searchFileName.test(name)).sort();
  const found = await Promise.all(
    names.map(
      async (name) =>
        [basename(name, ".json"), await searchFile.read(join(runs, name)).catch(() => undefined)] as const,
    ),
  );
  return new Map(found.flatMap(([name, file]) => (file ? [[name, file] as const] : [])));
}

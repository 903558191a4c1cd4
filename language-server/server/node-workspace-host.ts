import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { hasWildcards } from "../../compiler/globs/parse-glob.ts";
import { sampleColumns } from "../../runtime/data/columns/sample-columns.ts";
import { globFiles } from "../../runtime/data/files/glob-files.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";
import { readExplanations } from "../../runtime/explanations.ts";
import { divergenceOf } from "../preview/divergence.ts";
import { newestRun } from "../preview/newest-run.ts";
import type { FolderEntry } from "../service/service-host.ts";
import { weightsOnDisk } from "./weights-on-disk.ts";
import type { WorkspaceHost } from "./workspace-host.ts";

/** Folders whose files are not the user's own, or are kept as a run had them. */
const passedOver = new Set(["node_modules", "runs"]);
/** A workspace that is a whole disk must not be read. */
const mostFolders = 2000;
/** A pattern that visits more files than these is not searched for the columns of its tables. */
const mostVisited = 10_000;

/** The files of the folders that a client opens. */
export function createNodeWorkspaceHost(): WorkspaceHost {
  let folders: readonly string[] = [];
  let known: readonly string[] | undefined;
  let explanations: ReturnType<typeof readExplanations> | undefined;
  return {
    ...createNodeHost(),
    exists: existsSync,
    trainedWeights: (entry, sources) => weightsOnDisk(entry, sources, folders),
    open(opened) {
      folders = opened;
      known = undefined;
    },
    refresh() {
      known = undefined;
    },
    explanationOf: (code) => (explanations ??= readExplanations()).get(code)?.body,
    divergenceOf(specification, model) {
      const run = newestRun(specification, model);
      const divergence = run && divergenceOf(run.path);
      return divergence && { run: run.name, ...divergence };
    },
    specifications: () => (known ??= specificationsIn(folders)),
    columnsOf: async (path) => sampleColumns((await firstMatch(path)) ?? path),
    entriesIn: (folder) =>
      entriesOf(folder).flatMap((entry): readonly FolderEntry[] => {
        if (entry.isDirectory()) return [{ name: entry.name, kind: "folder" }];
        return entry.isFile() ? [{ name: entry.name, kind: "file" }] : [];
      }),
  };
}

/** The first file of a pattern such as `data/*.csv`; `undefined` if the path is none. */
async function firstMatch(path: string): Promise<string | undefined> {
  if (!hasWildcards(path) || existsSync(path)) return undefined;
  let folder = dirname(path);
  while (hasWildcards(folder)) folder = dirname(folder);
  const pattern = relative(folder, path).replaceAll("\\", "/");
  const [first] = await globFiles(pattern, folder, mostVisited).catch(() => []);
  return first === undefined ? undefined : join(folder, first);
}

/** The specifications below some folders, nearest first. A folder that cannot be read has none. */
function specificationsIn(folders: readonly string[]): readonly string[] {
  const found: string[] = [];
  const open = [...folders];
  for (let count = 0; open.length > 0 && count < mostFolders; count += 1) {
    const folder = open.shift() ?? "";
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isFile() && entry.name.endsWith(".mtl")) found.push(path);
      if (entry.isDirectory() && !passedOver.has(entry.name) && !entry.name.startsWith(".")) open.push(path);
    }
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

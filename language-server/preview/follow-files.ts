import { statSync } from "node:fs";
import type { Workspace } from "../service/workspace.ts";

/** Milliseconds between two looks at the files. */
const betweenLooks = 300;

/** Calls `onChange` whenever a file of a specification has changed on disk. Gives the function that ends it. */
export function followFiles(workspace: Workspace, entry: string, onChange: () => void): () => void {
  let known = stampsOf(workspace, entry);
  const timer = setInterval(() => {
    const now = stampsOf(workspace, entry);
    const changed = [...now].filter(([path, stamp]) => known.get(path) !== stamp);
    known = now;
    if (changed.length === 0) return;
    for (const [path] of changed) workspace.refresh(path);
    onChange();
  }, betweenLooks);
  return () => clearInterval(timer);
}

function stampsOf(workspace: Workspace, entry: string): ReadonlyMap<string, string> {
  return new Map([entry, ...workspace.filesOf(entry).keys()].map((path) => [path, stampOf(path)]));
}

function stampOf(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size} ${mtimeMs}`;
  } catch {
    return "";
  }
}

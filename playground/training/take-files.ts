import { say, tab } from "../state/app-state.ts";
import { openText } from "../state/page.ts";
import { droppedFiles, ownFiles, readFiles } from "./own-files.ts";

/** Uses files that the reader gave: a specification is opened, and everything else is data. */
export async function takeFiles(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const [specification] = [...files].filter(([path]) => path.endsWith(".mtl"));
  const data = new Map([...files].filter(([path]) => !path.endsWith(".mtl")));
  if (data.size > 0) {
    ownFiles.value = data;
    tab.value = "train";
    say("Your files are used as data. They stay on this machine.");
  }
  if (!specification) return;
  const [path, bytes] = specification;
  const name = path.slice(path.lastIndexOf("/") + 1).replaceAll(/[^\w.-]/gu, "_");
  openText(name, new TextDecoder().decode(bytes));
}

/** Lets a reader drop files anywhere on the page. */
export function acceptDrops(): void {
  addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    void droppedFiles(event.dataTransfer)
      .then(readFiles)
      .then(takeFiles)
      .catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
  });
}

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

/** Lets a reader drop files anywhere on the page. The page sees them before the editor, which would write their content into the text. */
export function acceptDrops(): void {
  const capture = { capture: true };
  addEventListener("dragover", (event) => void filesOf(event), capture);
  addEventListener(
    "drop",
    (event) => {
      const files = filesOf(event);
      if (!files) return;
      void droppedFiles(files)
        .then(readFiles)
        .then(takeFiles)
        .catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
    },
    capture,
  );
}

/** The dragged data if it has files: then no other part of the page sees the event. */
function filesOf(event: DragEvent): DataTransfer | undefined {
  if (!event.dataTransfer?.types.includes("Files")) return undefined;
  event.preventDefault();
  event.stopPropagation();
  return event.dataTransfer;
}

import { keepInHistory } from "../state/address.ts";
import { say, shared, tab } from "../state/app-state.ts";
import { open } from "../state/page.ts";
import { type Texts, withGiven } from "../state/project.ts";
import { droppedFiles, ownFiles, readFiles } from "./own-files.ts";

/** Uses files that the reader gave: specifications are opened, and everything else is data. */
export async function takeFiles(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const isSpecification = (path: string): boolean => path.endsWith(".mtl");
  const data = new Map([...files].filter(([path]) => !isSpecification(path)));
  if (data.size > 0) {
    ownFiles.value = data;
    tab.value = "train";
    say("Your files are used as data. They stay on this machine.");
  }
  const texts = textsOf([...files].filter(([path]) => isSpecification(path)));
  if (Object.keys(texts).length === 0) return;
  await keepInHistory();
  open(withGiven(shared.peek(), texts));
}

/** The texts of specifications by their paths in the folder that all of them are in. */
function textsOf(files: readonly (readonly [string, Uint8Array])[]): Texts {
  const folders = files.map(([path]) => path.slice(0, path.lastIndexOf("/") + 1));
  const whole = folders.reduce(commonFolder, folders[0] ?? "");
  return Object.fromEntries(
    files.map(([path, bytes]) => [
      path.slice(whole.length).replaceAll(/[\\:*?"<>|\p{Cc}]/gu, "_"),
      new TextDecoder().decode(bytes),
    ]),
  );
}

function commonFolder(one: string, other: string): string {
  const [names, others] = [one.split("/"), other.split("/")];
  const apart = names.findIndex((name, index) => name === "" || name !== others[index]);
  return names
    .slice(0, apart)
    .map((name) => `${name}/`)
    .join("");
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

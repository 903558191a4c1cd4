import { batch } from "@preact/signals";
import { keepInHistory } from "./address.ts";
import { say, shared, shown } from "./app-state.ts";
import { configure, makeEdits, moved, service, showFile } from "./page.ts";
import { isSpecificationPath, mainOf } from "./project.ts";

/** Makes an empty file, and shows it. Without an end of its name it gets `.mtl`. */
export async function addFile(written: string): Promise<void> {
  const path = wholeName(written);
  if (!isFree(path)) return;
  configure({ ...shared.peek(), files: { ...shared.peek().files, [path]: "" } });
  await showFile(path);
}

/** Gives a file another path. Imports of it follow. */
export async function renameFile(from: string, written: string): Promise<void> {
  const to = wholeName(written);
  if (to === from || !isFree(to)) return;
  makeEdits(await service.call("move", from, to), "input.rename");
  const { name, files, ...rest } = shared.peek();
  const renamed = Object.entries(files).map(([path, text]) => [path === from ? to : path, text]);
  batch(() => {
    moved(from, to);
    configure({ ...rest, name: name === from ? to : name, files: Object.fromEntries(renamed) });
  });
}

/** Takes a file out of the project. The Back of the browser gives it again. */
export async function deleteFile(path: string): Promise<void> {
  await keepInHistory();
  const { name, files, ...rest } = shared.peek();
  const { [path]: _, ...others } = files;
  const main = name === path ? mainOf(others) : name;
  if (shown.peek() === path) await showFile(main);
  configure({ ...rest, name: main, files: others });
  say(`${path} is deleted. The browser's Back gives it again.`);
}

/** Says which specification is trained. */
export function trainFile(path: string): void {
  configure({ ...shared.peek(), name: path });
}

function wholeName(written: string): string {
  const path = written.trim();
  return path.endsWith(".mtl") ? path : `${path}.mtl`;
}

function isFree(path: string): boolean {
  if (!isSpecificationPath(path)) say(`${path} cannot be the name of a file.`);
  else if (path in shared.peek().files) say(`There is a file ${path} already.`);
  else return true;
  return false;
}

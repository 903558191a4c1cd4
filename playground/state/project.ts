import { createMemoryHost } from "../../compiler/host.ts";

/** Texts by their paths. */
export type Texts = Readonly<Record<string, string>>;

/** The files that are opened together, and the one that is trained. */
export interface Project {
  readonly name: string;
  readonly files: Texts;
}

/** True for a path within a project: `model.mtl`, `blocks/attention.mtl`. It stays within its folder on every system. */
export function isSpecificationPath(path: string): boolean {
  const names = path.split("/");
  return (
    path.length <= 200 &&
    path.endsWith(".mtl") &&
    names.every((name) => !/[\\:*?"<>|\p{Cc}]/u.test(name) && !/^\s*\.{0,2}\s*$/u.test(name))
  );
}

const host = createMemoryHost({});

/** A path that a file of the project writes, as the path of the project. */
export function pathFrom(file: string, written: string): string {
  return host.resolve(file, written);
}

/** The paths that a file imports. They are looked up before the text is checked, so a comment that looks like an import counts as one. */
export function importsOf(files: Texts, path: string): readonly string[] {
  const found = (files[path] ?? "").matchAll(/^[ \t]*import\b[^"]*"([^"\n]+)"/gmu);
  return Array.from(found, ([, written = ""]) => pathFrom(path, written));
}

/** The specification of a project that is trained where nobody has said which: one that no other imports, with a model if there is one. */
export function mainOf(files: Texts): string {
  const paths = Object.keys(files).toSorted();
  const imported = new Set(paths.flatMap((path) => importsOf(files, path)));
  const roots = paths.filter((path) => !imported.has(path));
  const hasModel = (path: string): boolean => /^[ \t]*model\b/mu.test(files[path] ?? "");
  return roots.find(hasModel) ?? roots[0] ?? paths[0] ?? "untitled.mtl";
}

/**
 * The project that is open after files were given: they join the open project, with its settings, where one of either imports one of the other, and are a project of their own otherwise. A
 * file that is imported from another folder gets that folder.
 */
export function withGiven<Open extends Project>(open: Open, given: Texts): Open | Project {
  const paths = Object.keys(open.files);
  const missing = paths.flatMap((path) => importsOf(open.files, path)).filter((path) => !(path in open.files));
  const wanted = (path: string): string => missing.find((each) => lastOf(each) === lastOf(path)) ?? path;
  const placed = Object.fromEntries(Object.entries(given).map(([path, text]) => [wanted(path), text]));
  const files = { ...open.files, ...placed };
  const isImported = (from: Texts, to: Texts): boolean =>
    Object.keys(from).some((path) => importsOf(files, path).some((target) => target in to));
  if (!isImported(open.files, placed) && !isImported(placed, open.files)) return { name: mainOf(given), files: given };
  const imported = new Set(Object.keys(files).flatMap((path) => importsOf(files, path)));
  return { ...open, name: imported.has(open.name) ? mainOf(files) : open.name, files };
}

export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

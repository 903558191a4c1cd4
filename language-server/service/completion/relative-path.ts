/** The path of a file as another file writes it: `./blocks.mtl`, `../shared/blocks.mtl`. Paths are separated by `/` on every system. */
export function relativePath(from: string, to: string): string {
  const [folders, target] = [from, to].map((path) => path.replaceAll("\\", "/").split("/"));
  const base = (folders ?? []).slice(0, -1);
  const differing = base.findIndex((folder, index) => target?.[index] !== folder);
  const common = differing < 0 ? base.length : differing;
  const up = base.slice(common).map(() => "..");
  return [...(up.length > 0 ? up : ["."]), ...(target ?? []).slice(common)].join("/");
}

import type { TextEdit } from "./text-edit.ts";
import { pathBetween } from "./path-between.ts";
import { writtenPaths } from "./written-paths.ts";
import type { Workspace } from "./workspace.ts";

/** A file or a folder with the path that it is about to have. */
export interface FileMove {
  readonly from: string;
  readonly to: string;
}

/** The edits with which imports, and paths of data and weights, still lead to their files after these are moved. They are of the files before the move. */
export function editsForMoves(workspace: Workspace, moves: readonly FileMove[]): readonly TextEdit[] {
  const after = (path: string): string => {
    const move = moves.find(
      ({ from }) => path === from || (/^[/\\]/u.test(path.slice(from.length)) && path.startsWith(from)),
    );
    return move ? move.to + path.slice(move.from.length) : path;
  };
  return workspace.specifications.flatMap((path) => {
    const analysis = workspace.analyse(path);
    if (!analysis) return [];
    return writtenPaths(analysis.tree, analysis.references).flatMap(({ node, kind }) => {
      const target = workspace.resolve(path, node.value);
      const [newPath, newTarget] = [after(path), after(target)];
      const stays = newPath === path && newTarget === target;
      // A path from the root of the disk does not depend on the file that it is written in, and a run may be named without its folder.
      const isWhole = /^(?:[/\\]|[a-z]:)/iu.test(node.value);
      if (stays || (isWhole && newTarget === target) || (kind === "weights" && !workspace.exists(target))) return [];
      const written = isWhole ? newTarget : relativePath(newPath, newTarget, node.value);
      if (written === node.value) return [];
      const { file, start, end } = node.span;
      return [{ at: { file, start, end }, text: JSON.stringify(written) }];
    });
  });
}

/** A path as it is written in a file, with `./` in front of it if it had that before and needs no `../`. */
function relativePath(from: string, to: string, before: string): string {
  const path = pathBetween(from, to);
  const isImport = before.startsWith("./") || before.startsWith("../");
  return isImport && !path.startsWith("../") ? `./${path}` : path;
}

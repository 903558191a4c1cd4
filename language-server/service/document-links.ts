import type { Span } from "../../grammar/ast.ts";
import { type WrittenPath, writtenPaths } from "./written-paths.ts";
import type { Workspace } from "./workspace.ts";

/** A path in a text. `to` is the file, if there is one. */
export interface DocumentLink {
  readonly at: Span;
  readonly to: string | undefined;
  readonly tooltip: string;
}

const described: { readonly [Kind in WrittenPath["kind"]]: string } = {
  import: "Open the specification",
  data: "Open the data",
  weights: "Open the weights",
};

/** The imports, the data and the weights that a file names. */
export function documentLinks(workspace: Workspace, path: string): readonly DocumentLink[] {
  const analysis = workspace.analyse(path);
  if (!analysis) return [];
  return writtenPaths(analysis.tree, analysis.references).map(({ node, kind }) => {
    const { file, start, end } = node.span;
    const to = workspace.resolve(path, node.value);
    const there = workspace.exists(to);
    // A pattern for several files leads to their folder, and a run may be named without the folder of runs.
    const folder = /^[^*?[{]*(?=[/\\][^/\\]*[*?[{])/u.exec(node.value)?.[0];
    const parent = folder === undefined ? undefined : workspace.resolve(path, folder);
    const target = there ? to : parent !== undefined && workspace.exists(parent) ? parent : undefined;
    return {
      at: { file, start: start + 1, end: end - 1 },
      to: target,
      tooltip: target === undefined ? `There is no ${to} yet.` : described[kind],
    };
  });
}

import type { Node, Span } from "../../grammar/ast.ts";
import { nodesAt } from "./node-at.ts";
import type { Workspace } from "./workspace.ts";

/** Markdown about the expression or the name at an offset. */
export interface Hover {
  readonly at: Span;
  readonly markdown: string;
}

export function hoverAt(workspace: Workspace, path: string, offset: number): Hover | undefined {
  const analysis = workspace.analyse(path, "shapes");
  if (!analysis) return undefined;
  const shapesOf = (node: Node): readonly string[] =>
    workspace.entriesOf(path).flatMap((entry) => workspace.compile(entry, "shapes").notes.shapesOf(node));
  const shown = nodesAt(analysis.tree, offset)
    .toReversed()
    .map((node) => ({ node, shapes: [...new Set(shapesOf(node))] }))
    .find(({ shapes }) => shapes.length > 0);
  return shown && { at: shown.node.span, markdown: `\`${shown.shapes.join("` or `")}\`` };
}

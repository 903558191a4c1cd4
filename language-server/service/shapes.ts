import type { Node } from "../../grammar/ast.ts";
import type { Workspace } from "./workspace.ts";

/** The shapes of an expression, as every specification that reaches its file has them: `tokens[12 × 8]`. */
export function shapesOf(workspace: Workspace, node: Node): readonly string[] {
  const shapes = workspace
    .entriesOf(node.span.file)
    .flatMap((entry) => workspace.compile(entry, "shapes").notes.shapesOf(node));
  return [...new Set(shapes)];
}

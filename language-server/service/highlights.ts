import type { Node, Span } from "../../grammar/ast.ts";
import { childrenOf } from "../../grammar/children.ts";
import { sameDefinition } from "./same-definition.ts";
import type { Workspace } from "./workspace.ts";

/** A name in a file. It is written to where it is declared, and where a state is updated. */
export interface Highlight {
  readonly at: Span;
  readonly kind: "read" | "write";
}

/** The occurrences of the name at an offset in its own file. */
export function highlightsAt(workspace: Workspace, path: string, offset: number): readonly Highlight[] {
  const analysis = workspace.analyse(path);
  const reference = analysis?.references.at(path, offset);
  if (!analysis || !reference) return [];
  const updated = new Set<number>();
  const open: Node[] = [analysis.tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === "Update") updated.add(node.name.span.start);
    open.push(...childrenOf(node));
  }
  return analysis.references
    .inFile(path)
    .filter(({ definition }) => sameDefinition(definition, reference.definition))
    .map(({ at, role }) => ({ at, kind: role === "declaration" || updated.has(at.start) ? "write" : "read" }));
}

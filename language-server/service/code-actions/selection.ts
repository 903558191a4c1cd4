import type { Expression, Node } from "../../../grammar/ast.ts";
import { diagnosticsOf } from "../diagnostics.ts";
import { nodesAt } from "../node-at.ts";
import type { Workspace } from "../workspace.ts";
import type { Selection } from "./code-action.ts";

export function selectionOf(workspace: Workspace, path: string, start: number, end: number): Selection | undefined {
  const analysis = workspace.analyse(path, "shapes");
  if (!analysis) return undefined;
  const nodes = nodesAt(analysis.tree, start).filter(({ span }) => span.end >= end);
  const diagnostics = diagnosticsOf(workspace, path, "shapes").filter(({ at }) => at.start <= end && start <= at.end);
  return {
    workspace,
    analysis,
    path,
    start,
    end,
    nodes,
    expression: expressionIn(nodes, analysis.text, start, end),
    diagnostics,
  };
}

function expressionIn(nodes: readonly Node[], text: string, start: number, end: number): Expression | undefined {
  const expressions = nodes.filter((node): node is Expression => expressionKinds.has(node.kind));
  if (start === end) return expressions.at(-1);
  const selected = text.slice(start, end);
  const from = start + selected.length - selected.trimStart().length;
  const to = start + selected.trimEnd().length;
  return expressions.find(({ span }) => span.start === from && span.end === to);
}

const expressionKinds: ReadonlySet<Node["kind"]> = new Set<Expression["kind"]>([
  "Number",
  "String",
  "Boolean",
  "None",
  "Name",
  "List",
  "Map",
  "Range",
  "Tuple",
  "Unary",
  "Binary",
  "If",
  "Optional",
  "Pipe",
  "Member",
  "Call",
  "Repeat",
  "Except",
]);

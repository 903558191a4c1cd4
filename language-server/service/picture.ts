import type { Span } from "../../grammar/ast.ts";
import { createLineTable } from "../../compiler/diagnostics/line-table.ts";
import { buildDiagram } from "../../compiler/diagram/build-diagram.ts";
import { type DiagramNode, type ModelDiagram, distinctEdges } from "../../compiler/diagram/diagram.ts";
import { renderSvg } from "../../compiler/diagram/svg.ts";
import type { Compilation } from "../../compiler/program.ts";
import { entrySymbols } from "../../compiler/bind/bind.ts";
import type { Workspace } from "./workspace.ts";

/** A node of the picture, as the page knows it. */
export interface PictureNode {
  /** The identifier of its group in the SVG. */
  readonly id: string;
  readonly kind: DiagramNode["kind"];
  readonly name: string;
  readonly weights: DiagramNode["weights"] | undefined;
  /** Identifiers of the nodes that it is computed from, directly or through others. */
  readonly from: readonly string[];
  /** `model.mtl:12`. */
  readonly line: string;
}

/** The picture of a specification, and what an editor needs to relate it to the text. */
export interface Picture {
  readonly title: string;
  readonly svg: string;
  readonly nodes: readonly PictureNode[];
  /** Identifiers of the edges in the SVG, with those of the nodes at their ends. */
  readonly edges: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** The declaration of each node. */
  readonly spans: ReadonlyMap<string, Span>;
}

/** Draws a specification; `undefined` where there are errors, so that it has no picture. */
export async function drawPicture(workspace: Workspace, path: string): Promise<Picture | undefined> {
  const compilation = workspace.compile(path, "everything");
  if (!compilation.program) return undefined;
  const diagram = buildDiagram(compilation.program);
  const spans = spansOf(compilation);
  // Graphviz numbers nodes and edges in the order in which it reads them.
  const ids = new Map(diagram.nodes.map(({ id }, index) => [id, `node${index + 1}`]));
  const nodes = diagram.nodes.map((node): PictureNode => {
    const span = spans.get(node.id);
    return {
      id: ids.get(node.id) ?? "",
      kind: node.kind,
      name: node.label,
      weights: node.weights,
      from: sourcesOf(diagram, node.id).map((source) => ids.get(source) ?? ""),
      line: span ? lineOf(workspace, span) : "",
    };
  });
  return {
    title: diagram.title,
    svg: await renderSvg(diagram),
    nodes,
    edges: distinctEdges(diagram.edges).map(({ from, to }, index) => ({
      id: `edge${index + 1}`,
      from: ids.get(from) ?? "",
      to: ids.get(to) ?? "",
    })),
    spans: new Map([...spans].flatMap(([id, span]) => (ids.has(id) ? [[ids.get(id) ?? "", span] as const] : []))),
  };
}

/** The declaration of each node by its identifier in the diagram: `stream_seen`. */
function spansOf({ bindings }: Compilation): ReadonlyMap<string, Span> {
  const symbols = bindings ? entrySymbols(bindings) : [];
  return new Map(symbols.map(({ kind, name, span }) => [`${kind.toLowerCase()}_${name.name}`, span]));
}

function sourcesOf({ edges }: ModelDiagram, node: string): readonly string[] {
  const found = new Set<string>();
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const { from, to } of edges)
      if (to === next && !found.has(from)) {
        found.add(from);
        open.push(from);
      }
  return [...found];
}

/** `model.mtl:12`. */
export function lineOf(workspace: Workspace, { file, start }: Span): string {
  const { line } = createLineTable(workspace.textOf(file) ?? "").positionAt(start);
  return `${file.replace(/^.*[/\\]/u, "")}:${line}`;
}

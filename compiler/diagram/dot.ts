import { type DiagramEdge, distinctEdges, type DiagramNode, type ModelDiagram, notesOf } from "./diagram.ts";
import { light } from "./palette.ts";

/** The diagram in Graphviz's DOT language. Nodes and edges carry their kind as an SVG class. */
export function renderDot({ title, nodes, edges }: ModelDiagram): string {
  const rank = (kind: DiagramNode["kind"], place: "min" | "max"): string => {
    const ids = nodes.filter((node) => node.kind === kind).map((node) => quote(node.id));
    return ids.length < 2 ? "" : `  { rank=${place}; ${ids.join("; ")} }\n`;
  };
  return `digraph ${quote(title)} {
  graph [rankdir=TB, bgcolor="transparent", pad=0.25, nodesep=0.45, ranksep=0.5, fontname="${font}", tooltip=" "]
  node [shape=box, style="rounded,filled", fontname="${font}", fontsize=13, margin="0.18,0.09", penwidth=1.3, tooltip=" "]
  edge [color="${light.line}", fontcolor="${light.faint}", fontname="${font}", fontsize=10, arrowsize=0.7, penwidth=1.2, tooltip=" "]
${nodes.map(dotNode).join("")}${distinctEdges(edges).map(dotEdge).join("")}${rank("modality", "min")}${rank("task", "max")}}
`;
}

const font = "Helvetica,Arial,sans-serif";

function dotNode(node: DiagramNode): string {
  const { fill, border, text } = light.kinds[node.kind];
  const style = node.weights === "frozen" ? "rounded,filled,dashed" : "rounded,filled";
  return `  ${quote(node.id)} [class=${quote(node.kind)}, fillcolor="${fill}", color="${border}", fontcolor="${text}", style="${style}", penwidth=${node.kind === "fusion" ? 2 : 1.3}, label=<${labelOf(node)}>]\n`;
}

interface Line {
  readonly text: string;
  readonly size: number;
  readonly style?: "b" | "i";
}

/**
 * One line for each of kind, name, details, shapes and weights, with one style per line, so that `renderSvg` can centre
 * them in any font.
 */
function labelOf(node: DiagramNode): string {
  const lines: readonly Line[] = [
    { text: node.kind, size: 9 },
    { text: node.label, size: 14, style: "b" },
    ...node.details.map((text): Line => ({ text, size: 10 })),
    ...node.shapes.map((text): Line => ({ text, size: 10, style: "b" })),
    ...notesOf(node).map((text): Line => ({ text, size: 10, style: "i" })),
  ];
  return `<table border="0" cellborder="0" cellspacing="0" cellpadding="1">${lines.map((line) => `<tr>${cell(line)}</tr>`).join("")}</table>`;
}

/** Mean width of a letter in a wide font, DejaVu Sans, in em. Graphviz only knows narrower fonts. */
const letterWidth = { plain: 0.61, b: 0.7, i: 0.61 };

function cell({ text, size, style }: Line): string {
  const width = Math.ceil(text.length * size * letterWidth[style ?? "plain"]);
  const styled = style === undefined ? escape(text) : `<${style}>${escape(text)}</${style}>`;
  return `<td width="${width}"><font point-size="${size}">${styled}</font></td>`;
}

const edgeStyles: { readonly [Kind in DiagramEdge["kind"]]: string } = {
  data: "style=solid",
  optional: "style=dashed",
  weights: `style=dotted, arrowhead=none, color="${light.kinds.layer.border}"`,
};

function dotEdge({ from, to, label, kind }: DiagramEdge): string {
  const text = label === undefined ? "" : `, label=${quote(`  ${label}  `)}`;
  return `  ${quote(from)} -> ${quote(to)} [class=${quote(kind)}, ${edgeStyles[kind]}${text}]\n`;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

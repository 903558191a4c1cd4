import {
  type DiagramEdge,
  distinctEdges,
  diagramKinds,
  type DiagramNode,
  type ModelDiagram,
  notesOf,
} from "./diagram.ts";
import { light } from "./palette.ts";

/** The diagram as Mermaid text, which GitHub and many editors draw in Markdown. */
export function renderMermaid({ nodes, edges }: ModelDiagram): string {
  const numbers = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const idOf = (id: string): string => numbers.get(id) ?? id;
  const lines = [
    "flowchart TB",
    ...nodes.map((node) => `  ${idOf(node.id)}("${labelOf(node)}"):::${node.kind}`),
    ...distinctEdges(edges).map(
      ({ from, to, label, kind }) =>
        `  ${idOf(from)} ${arrows[kind]}${label === undefined ? "" : `|"${escape(label)}"|`} ${idOf(to)}`,
    ),
    ...diagramKinds.map((kind) => {
      const { fill, border, text } = light.kinds[kind];
      return `  classDef ${kind} fill:${fill},stroke:${border},color:${text}`;
    }),
    ...nodes.filter(({ weights }) => weights === "frozen").map(({ id }) => `  style ${idOf(id)} stroke-dasharray:5 4`),
  ];
  return `${lines.join("\n")}\n`;
}

const arrows: { readonly [Kind in DiagramEdge["kind"]]: string } = { data: "-->", optional: "-.->", weights: "-.-" };

function labelOf(node: DiagramNode): string {
  const lines = [...node.details, ...node.shapes].map(escape);
  return [
    `${node.kind} <b>${escape(node.label)}</b>`,
    ...lines,
    ...notesOf(node).map((note) => `<i>${escape(note)}</i>`),
  ].join("<br/>");
}

/** Mermaid reads HTML entities with # instead of &. */
function escape(text: string): string {
  return text.replaceAll("#", "#35;").replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;");
}

import { type ModelDiagram, diagramKinds } from "./diagram.ts";
import { renderDot } from "./dot.ts";
import { dark, light, type Theme } from "./palette.ts";

/** Renders the diagram as an SVG document, laid out by Graphviz, which is loaded here, that follows the reader's light or dark theme. */
export async function renderSvg(diagram: ModelDiagram): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  const svg = viz.renderString(renderDot(diagram), { format: "svg", engine: "dot" });
  const drawing = svg
    .slice(svg.indexOf("<svg"))
    .replaceAll(/<title>[^<]*<\/title>\n?/g, "")
    .replaceAll(/<g id="node[^]*?<\/g>\n<\/g>/g, centreText);
  const head = `<title>${diagram.title.replaceAll(/[<&]/g, " ")}</title>\n<style>${styles()}</style>\n<rect class="page" width="100%" height="100%" fill="${light.background}"/>`;
  return drawing.replace(/<svg[^>]*>/, (open) => `${open}\n${head}`);
}

/** Centres each line. Graphviz aligns lines to the left, measured in a font that the reader may not have. */
function centreText(node: string): string {
  const outline = /<path[^>]* d="([^"]+)"/.exec(node)?.[1] ?? "";
  const across = [...outline.matchAll(/(-?[\d.]+),-?[\d.]+/g)].map(([, x]) => Number(x));
  const middle = (Math.min(...across) + Math.max(...across)) / 2;
  return node.replaceAll(/text-anchor="start" x="[^"]+"/g, `text-anchor="middle" x="${middle}"`);
}

/** Colours that replace those of the drawing in a dark theme. */
function styles(): string {
  return `@media (prefers-color-scheme: dark) {\n${rules(dark)}\n}`;
}

function rules({ background, line, faint, kinds }: Theme): string {
  const nodes = diagramKinds.map((kind) => {
    const { fill, border, text } = kinds[kind];
    return `.${kind} path, .${kind} polygon { fill: ${fill}; stroke: ${border} } .${kind} text { fill: ${text} }`;
  });
  const edges = `.edge path { stroke: ${line}; fill: none } .edge polygon { stroke: ${line}; fill: ${line} } .edge text { fill: ${faint} }`;
  return [
    `.page { fill: ${background} }`,
    ...nodes,
    edges,
    `.edge.weights path { stroke: ${kinds.layer.border} }`,
  ].join("\n");
}

import sharp from "sharp";
import type { ModelDiagram } from "./diagram.ts";
import { renderSvg } from "./svg.ts";

/** Dots per inch: twice the resolution of the layout, so that text is sharp when the picture is scaled down. */
const DENSITY = 144;

/** Renders the diagram as a PNG in the light theme. */
export async function renderPng(diagram: ModelDiagram): Promise<Uint8Array> {
  return sharp(Buffer.from(await renderSvg(diagram)), { density: DENSITY })
    .png()
    .toBuffer();
}

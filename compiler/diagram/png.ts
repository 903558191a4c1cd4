import sharp from "sharp";
import type { ModelDiagram } from "./diagram.ts";
import { renderSvg } from "./svg.ts";

/** Dots an inch: twice those that the picture is laid out in, so that text is sharp where the picture is shown smaller. */
const DENSITY = 144;

/** The diagram in pixels, in the light theme. */
export async function renderPng(diagram: ModelDiagram): Promise<Uint8Array> {
  return sharp(Buffer.from(await renderSvg(diagram)), { density: DENSITY })
    .png()
    .toBuffer();
}

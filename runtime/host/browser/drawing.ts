import { Resvg, initWasm } from "@resvg/resvg-wasm";
import type { RawPixels } from "../pictures.ts";

/** The library is of 2.5 MB and is loaded with the first drawing. */
let ready: Promise<void> | undefined;

async function opened(bytes: Uint8Array, scale: number) {
  ready ??= fetch(new URL("@resvg/resvg-wasm/index_bg.wasm", import.meta.url)).then((response) => initWasm(response));
  await ready;
  return new Resvg(bytes, { fitTo: { mode: "zoom", value: scale }, font: { loadSystemFonts: false } });
}

/** The size of an SVG in pixels, at 96 pixels an inch. */
export async function drawingSize(bytes: Uint8Array): Promise<{ readonly width: number; readonly height: number }> {
  const drawing = await opened(bytes, 1);
  const { width, height } = drawing;
  drawing.free();
  return { width, height };
}

/** Renders an SVG at a multiple of its size, by resvg: the same in every browser, and not quite as librsvg does in Node. */
export async function drawingPixels(bytes: Uint8Array, scale: number, mostPixels: number): Promise<RawPixels> {
  const drawing = await opened(bytes, scale);
  try {
    if (drawing.width * drawing.height * scale * scale > mostPixels)
      throw new Error(`it has more than ${mostPixels} pixels at the size at which it is needed`);
    const image = drawing.render();
    const { width, height } = image;
    const data = withoutOpacity(image.pixels);
    image.free();
    return { width, height, channels: 4, data };
  } finally {
    drawing.free();
  }
}

/** Divides colours by their opacity, since the library multiplies them. */
function withoutOpacity(pixels: Uint8Array): Uint8Array {
  const data = new Uint8Array(pixels);
  for (let at = 0; at < data.length; at += 4) {
    const opacity = data[at + 3] ?? 0;
    if (opacity === 0 || opacity === 255) continue;
    for (let channel = at; channel < at + 3; channel++)
      data[channel] = Math.min(Math.round((255 * (data[channel] ?? 0)) / opacity), 255);
  }
  return data;
}

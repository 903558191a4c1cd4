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

/** A pixel is the mean of this number of pixels a side: resvg's own edges are coarser than those of librsvg. */
const finer = 4;

/** Renders an SVG at a multiple of its size, by resvg: the same in every browser, and not quite as librsvg does in Node. */
export async function drawingPixels(bytes: Uint8Array, scale: number, mostPixels: number): Promise<RawPixels> {
  const drawing = await opened(bytes, scale * finer);
  try {
    if (drawing.width * drawing.height * scale * scale > mostPixels)
      throw new Error(`it has more than ${mostPixels} pixels at the size at which it is needed`);
    const image = drawing.render();
    const fine = { width: image.width, height: image.height, pixels: image.pixels };
    image.free();
    return averaged(fine);
  } finally {
    drawing.free();
  }
}

interface FinePixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, with colours that are multiplied by their opacity. */
  readonly pixels: Uint8Array;
}

/** Averages squares of pixels, and then divides colours by their opacity. */
function averaged({ width: fineWidth, height: fineHeight, pixels }: FinePixels): RawPixels {
  const [width, height] = [Math.max(Math.round(fineWidth / finer), 1), Math.max(Math.round(fineHeight / finer), 1)];
  const data = new Uint8Array(width * height * 4);
  const sums = new Float64Array(4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sums.fill(0);
      for (let row = y * finer; row < Math.min((y + 1) * finer, fineHeight); row++)
        for (
          let at = 4 * (row * fineWidth + x * finer);
          at < 4 * (row * fineWidth + Math.min((x + 1) * finer, fineWidth));
          at++
        )
          sums[at & 3] = (sums[at & 3] ?? 0) + (pixels[at] ?? 0);
      const opacity = sums[3] ?? 0;
      const to = 4 * (y * width + x);
      for (let channel = 0; channel < 3; channel++)
        data[to + channel] = opacity === 0 ? 0 : Math.min(Math.round((255 * (sums[channel] ?? 0)) / opacity), 255);
      data[to + 3] = Math.round(opacity / (finer * finer));
    }
  }
  return { width, height, channels: 4, data };
}

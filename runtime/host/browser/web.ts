/**
 * The few names of a browser that the host uses. The types of this repository are those of Node, which does not have
 * them.
 */
export interface Web {
  readonly navigator?: { readonly hardwareConcurrency?: number; readonly deviceMemory?: number };
  readonly crossOriginIsolated?: boolean;
  createImageBitmap(
    source: Blob,
    options: {
      readonly premultiplyAlpha: "none";
      readonly colorSpaceConversion: "none";
    },
  ): Promise<Bitmap>;
  readonly OffscreenCanvas: new (width: number, height: number) => Canvas;
  readonly ImageData: new (data: Uint8ClampedArray, width: number, height: number) => PixelData;
}

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

export interface PixelData {
  readonly data: Uint8ClampedArray;
}

export interface Canvas {
  getContext(name: "2d", options?: { readonly willReadFrequently: boolean }): Canvas2d | null;
  convertToBlob(options: { readonly type: "image/png" }): Promise<Blob>;
}

export interface Canvas2d {
  drawImage(source: Bitmap | Canvas, x: number, y: number, width?: number, height?: number): void;
  putImageData(data: PixelData, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): PixelData;
}

export const web = globalThis as unknown as Web;

import type { Picture } from "./picture.ts";

/**
 * The coordinates in the file, of this width and height, of the pixel at (x, y) of the upright picture, by EXIF
 * orientation (1 to 8).
 */
const places: {
  readonly [orientation: number]: (x: number, y: number, width: number, height: number) => readonly [number, number];
} = {
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _width, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _width, height) => [y, height - 1 - x],
  7: (x, y, width, height) => [width - 1 - y, height - 1 - x],
  8: (x, y, width) => [width - 1 - y, x],
};

/** Rotates and mirrors a picture according to its EXIF orientation. */
export function upright(picture: Picture, orientation = 1): Picture {
  const placeOf = places[orientation];
  if (!placeOf) return picture;
  const { channels, data } = picture;
  const [width, height] = orientation >= 5 ? [picture.height, picture.width] : [picture.width, picture.height];
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, row] = placeOf(x, y, picture.width, picture.height);
      for (let channel = 0; channel < channels; channel++)
        turned[(y * width + x) * channels + channel] = data[(row * picture.width + from) * channels + channel] ?? 0;
    }
  }
  return { width, height, channels, data: turned };
}

import sharp from "sharp";
import type { Generator } from "../../runtime/random/generator.ts";
import { overlapOf } from "../../runtime/data/rows/overlap.ts";

/** A thing that can be in a scene, with its drawings by several artists. */
export interface Thing {
  readonly name: string;
  /** The common name of things of its kind: `animal`. */
  readonly kind: string;
  readonly drawings: readonly Drawing[];
}

/** `[side, side, 4]`: red, green, blue and opacity, 0 to 1. */
export type Drawing = Float32Array;

/** A thing in a scene, with its box x₁, y₁, x₂, y₂ in fractions of the picture. */
export interface Placed {
  readonly thing: Thing;
  readonly drawing: Drawing;
  readonly box: readonly [number, number, number, number];
}

/** A region as a detector would give it: a box that is not exact, the pixels in it, and the probability of each kind. */
export interface Region {
  readonly box: readonly number[];
  readonly features: readonly number[];
  readonly classes: readonly number[];
  /** The index of the thing that it shows. */
  readonly shows: number;
}

const side = 32;

/** The pixels of a region: rows and columns of three colours. */
export const cells = 8;

/** Renders an SVG as a square. */
export async function render(svg: string): Promise<Drawing> {
  const { data } = await sharp(Buffer.from(svg), { density: 144 })
    .resize(side, side, { fit: "contain", background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Float32Array.from(data, (value) => value / 255);
}

/** Puts things where a random number says, so that none hides much of another one. */
export function placeThings(things: readonly Thing[], random: Generator): readonly Placed[] {
  const placed: Placed[] = [];
  for (const thing of things) {
    for (let attempt = 0; attempt < 100; attempt++) {
      const size = 0.22 + 0.14 * random.uniform();
      const [left, top] = [(1 - size) * random.uniform(), (1 - size) * random.uniform()];
      const box = [left, top, left + size, top + size] as const;
      const drawing = thing.drawings[random.below(thing.drawings.length)];
      if (!drawing || placed.some((other) => overlapOf(other.box, box) > 0.1)) continue;
      placed.push({ thing, drawing, box });
      break;
    }
  }
  return placed;
}

/** Regions of a scene in a random order: one of each thing, and of some things a second one that is far from exact. */
export function regionsOf(placed: readonly Placed[], kinds: readonly string[], random: Generator): readonly Region[] {
  const found = placed.flatMap(({ thing, box }, shows) => {
    const isTwice = random.uniform() < 0.3;
    return [0.05, ...(isTwice ? [0.3] : [])].map((error): Region => {
      const near = jittered(box, error, random);
      const certainty = error < 0.1 ? 0.9 : 0.6;
      return {
        shows,
        box: near.map((edge) => Number(edge.toFixed(4))),
        features: pixelsIn(placed, near),
        classes: kinds.map((kind) =>
          Number((kind === thing.kind ? certainty : (1 - certainty) / (kinds.length - 1)).toFixed(3)),
        ),
      };
    });
  });
  return [...random.permutation(found.length)].flatMap((index) => found[index] ?? []);
}

/** A box whose edges are moved by up to this share of its size. */
export function jittered(box: Placed["box"], error: number, random: Generator): readonly number[] {
  const size = box[2] - box[0];
  const shift = (): number => error * size * (2 * random.uniform() - 1);
  const [across, down] = [shift(), shift()];
  return box.map((edge, index) => Math.min(1, Math.max(0, edge + (index % 2 === 0 ? across : down) + 0.2 * shift())));
}

/** The colours in a box of the scene, less than white: 0 for white, 1 for the darkest. Later things hide earlier ones. */
function pixelsIn(placed: readonly Placed[], [left = 0, top = 0, right = 1, bottom = 1]: readonly number[]): number[] {
  const pixels: number[] = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const at = (from: number, to: number, cell: number, part: number): number =>
        from + ((to - from) * (cell + part)) / cells;
      // Four samples of each cell.
      const colours = [0.25, 0.75].flatMap((down) =>
        [0.25, 0.75].map((across) => colourAt(placed, at(left, right, column, across), at(top, bottom, row, down))),
      );
      for (const channel of [0, 1, 2])
        pixels.push(
          Number((1 - colours.reduce((sum, colour) => sum + (colour[channel] ?? 1), 0) / colours.length).toFixed(2)),
        );
    }
  }
  return pixels;
}

function colourAt(placed: readonly Placed[], x: number, y: number): readonly number[] {
  return placed.reduce<readonly number[]>(
    (below, { drawing, box: [left, top, right, bottom] }) => {
      if (x < left || x >= right || y < top || y >= bottom) return below;
      const column = Math.floor((side * (x - left)) / (right - left));
      const start = 4 * (side * Math.floor((side * (y - top)) / (bottom - top)) + column);
      const opacity = drawing[start + 3] ?? 0;
      return below.map((value, channel) => opacity * (drawing[start + channel] ?? 0) + (1 - opacity) * value);
    },
    [1, 1, 1],
  );
}

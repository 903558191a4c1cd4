import { overlapOf } from "../data/rows/overlap.ts";

/** Left, top, right and bottom edge, as fractions of the picture. */
export type PictureBox = readonly [left: number, top: number, right: number, bottom: number];

/** The edges of the box at an index of `[…, 4]` centres and sizes. */
export function edgesAt(boxes: ArrayLike<number>, index: number): PictureBox {
  const number = (side: number): number => boxes[index * 4 + side] ?? Number.NaN;
  const [x, y, width, height] = [number(0), number(1), number(2), number(3)];
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

/** IoU − (area of the smallest box around both − union) ∕ that area (Rezatofighi et al., 2019). */
export function generalisedOverlap(one: PictureBox, other: PictureBox): number {
  const around =
    (Math.max(one[2], other[2]) - Math.min(one[0], other[0])) *
    (Math.max(one[3], other[3]) - Math.min(one[1], other[1]));
  const share = overlapOf(one, other);
  // With c in common, the union is a + b − c, and the share c ∕ (a + b − c).
  const union = (area(one) + area(other)) / (1 + share);
  return around > 0 ? share - (around - union) / around : share;
}

function area([left, top, right, bottom]: PictureBox): number {
  return (right - left) * (bottom - top);
}

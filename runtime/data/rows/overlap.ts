/** A box: x₁, y₁, x₂, y₂. */
export type Box = ArrayLike<number>;

/** The intersection of two boxes over their union; 0 for two boxes without an area. */
export function overlapOf(one: Box, other: Box): number {
  const side = (from: number, to: number): number =>
    Math.max(0, Math.min(one[to] ?? 0, other[to] ?? 0) - Math.max(one[from] ?? 0, other[from] ?? 0));
  const both = side(0, 2) * side(1, 3);
  const union = areaOf(one) + areaOf(other) - both;
  return union > 0 ? both / union : 0;
}

function areaOf(box: Box): number {
  return ((box[2] ?? 0) - (box[0] ?? 0)) * ((box[3] ?? 0) - (box[1] ?? 0));
}

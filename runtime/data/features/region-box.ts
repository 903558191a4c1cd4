import { counted } from "../../../compiler/counted.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/**
 * The distance that rounding may put a box beyond the picture's edge, as a fraction of its size. Such a box is cut at
 * the edge.
 */
const tolerance = 0.01;

/** The width and height of a picture, if they are given. */
export function sizeOf(size: unknown): readonly [width: number, height: number] | undefined {
  if (size === undefined || size === null) return undefined;
  const [width, height]: readonly unknown[] = Array.isArray(size) ? size : [];
  if (typeof width === "number" && typeof height === "number" && width > 0 && height > 0) return [width, height];
  throw new UnreadableValue("its size is not the width and height of a picture");
}

/** A box as x₁, y₁, x₂, y₂ in fractions of the picture, and its area; `name` names it in messages. */
export function boxInFractions(
  box: readonly number[],
  size: readonly [number, number] | undefined,
  name: string,
): readonly number[] {
  if (box.length !== 4)
    throw new UnreadableValue(`${name} has ${counted(box.length, "number")} where there are 4: x₁, y₁, x₂, y₂`);
  const shares = box.map((value, index) => value / (size?.[index % 2] ?? 1));
  if (shares.some((share) => share < -tolerance || share > 1 + tolerance)) {
    throw new UnreadableValue(
      `${name} leaves the picture${size ? "" : "; boxes in pixels need the picture's `size`, its width and height"}`,
    );
  }
  const [left = 0, top = 0, right = 0, bottom = 0] = shares.map((share) => Math.min(Math.max(share, 0), 1));
  if (right < left || bottom < top) throw new UnreadableValue(`${name} ends before it begins`);
  return [left, top, right, bottom, (right - left) * (bottom - top)];
}

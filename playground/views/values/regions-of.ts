import type { PictureBox } from "../../../runtime/boxes/overlap.ts";

/** The boxes of a value of regions, as fractions of the picture; none if they are in a file of their own. */
export function regionsOf(value: unknown): readonly PictureBox[] {
  const { boxes, size = [1, 1] } = (value ?? {}) as { readonly boxes?: unknown; readonly size?: unknown };
  if (!isNumbers(size) || !Array.isArray(boxes)) return [];
  const [width = 1, height = 1] = size;
  return boxes
    .filter(isNumbers)
    .map(([left = 0, top = 0, right = 0, bottom = 0]) => [left / width, top / height, right / width, bottom / height]);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === "number");
}

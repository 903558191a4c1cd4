import type { ReadableBox, ReadableValue } from "../targets/runtime-target.ts";
import { escaped } from "./html.ts";

/** The boxes of a target or a prediction; `undefined` if it has none. */
export function boxesOf(value: ReadableValue): readonly ReadableBox[] | undefined {
  return typeof value === "object" && value !== null && "boxes" in value ? value.boxes : undefined;
}

/** `fox 93 %, cat`: boxes in words. */
export function boxesInWords(boxes: readonly ReadableBox[]): string {
  return boxes.map(nameOf).join(", ") || "no object";
}

/** A picture with the right boxes, drawn through, and the predicted ones, drawn broken, over it. Each has its name as a tooltip. */
export function boxedPicture(
  picture: string,
  { target, prediction }: { readonly target: ReadableValue; readonly prediction: ReadableValue },
): string {
  const [right, predicted] = [boxesOf(target), boxesOf(prediction)];
  if (!right && !predicted) return picture;
  const drawn = [
    ...(right ?? []).map((box) => rectangle(box, "right")),
    ...(predicted ?? []).map((box) => rectangle(box, "predicted")),
  ];
  return `<span class="boxed">${picture}<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">${drawn.join("")}</svg></span>`;
}

function rectangle(boxed: ReadableBox, kind: "right" | "predicted"): string {
  const [left, top, right, bottom] = boxed.box.map((side) => 100 * side) as [number, number, number, number];
  const place = Object.entries({ x: left, y: top, width: right - left, height: bottom - top })
    .map(([name, value]) => `${name}="${value.toFixed(2)}"`)
    .join(" ");
  return `<rect class="${kind}" ${place}><title>${escaped(nameOf(boxed))}</title></rect>`;
}

function nameOf({ class: name, probability }: ReadableBox): string {
  return probability === undefined ? name : `${name} ${(100 * probability).toFixed(0)} %`;
}

import type { PictureBox } from "../../../runtime/boxes/overlap.ts";

export interface DrawnBox {
  readonly box: PictureBox;
  readonly name: string;
  /** What the data says is drawn through, what the model says is broken, and all else is faint. */
  readonly kind: "right" | "predicted" | "other";
}

interface BoxedSettings {
  /** The address of the picture; without one the boxes are drawn on an empty sheet. */
  readonly picture?: string | undefined;
  readonly boxes: readonly DrawnBox[];
  /** What the picture is, for a reader who does not see it. */
  readonly label: string;
}

/** Boxes over the picture that they are in, each with its name. */
export function Boxed({ picture, boxes, label }: BoxedSettings) {
  const inWords = [label, ...boxes.filter(({ kind }) => kind !== "other").map(({ name }) => name)].join(", ");
  return (
    <span class="boxed" role="img" aria-label={inWords}>
      {picture === undefined ? <i class="sheet" /> : <img src={picture} alt="" />}
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {boxes.map(({ box, name, kind }, index) => (
          <rect key={index} class={kind} {...placeOf(box)}>
            <title>{name}</title>
          </rect>
        ))}
      </svg>
      {boxes.map(({ box: [left, top], name, kind }, index) => (
        <b key={index} class={kind} style={{ left: percent(left), top: percent(top) }} aria-hidden="true">
          {name}
        </b>
      ))}
    </span>
  );
}

function placeOf([left, top, right, bottom]: PictureBox): Readonly<Record<"x" | "y" | "width" | "height", number>> {
  return { x: 100 * left, y: 100 * top, width: 100 * (right - left), height: 100 * (bottom - top) };
}

function percent(share: number): string {
  return `${100 * Math.max(0, share)}%`;
}

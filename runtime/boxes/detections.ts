import type { ObservedRow } from "../metrics/observed-row.ts";
import { softmax } from "../targets/class-scores.ts";
import { type PictureBox, edgesAt } from "./overlap.ts";

export interface Detection {
  /** The index of the most probable class, no object left out. */
  readonly class: number;
  readonly probability: number;
  readonly box: PictureBox;
  /** True if the class is more probable than no object. */
  readonly isObject: boolean;
}

export interface BoxedObject {
  readonly class: number;
  readonly box: PictureBox;
}

/** One detection for each query, in the order of the queries. Logits [Q × (K + 1)] of which the first `scored` and the last stand for something. */
export function detectionsOf(logits: Float32Array, boxes: Float32Array, scored: number): readonly Detection[] {
  const queries = boxes.length / 4;
  const width = logits.length / queries;
  return Array.from({ length: queries }, (_, query) => {
    const shares = softmax(logits.subarray(query * width, (query + 1) * width));
    const ofClasses = shares.slice(0, scored);
    const probability = Math.max(...ofClasses);
    return {
      class: ofClasses.indexOf(probability),
      probability,
      box: edgesAt(boxes, query),
      isObject: probability > (shares.at(-1) ?? 0),
    };
  });
}

/** The objects of a row: an index of −1 is none. */
export function objectsOf({
  classes,
  objects,
}: Pick<ObservedRow["boxes"], "classes" | "objects">): readonly BoxedObject[] {
  return [...classes].flatMap((of, index) => (of < 0 ? [] : [{ class: of, box: edgesAt(objects, index) }]));
}

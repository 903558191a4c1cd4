import type { ObservedRow } from "../metrics/observed-row.ts";
import { softmax } from "../targets/class-scores.ts";
import { assignment } from "./assignment.ts";
import { edgesAt, generalisedOverlap } from "./overlap.ts";

/** DETR's weights of the class, the distance of boxes and their overlap (Carion et al., 2020, §A.4). */
const [ofClass, ofBox, ofOverlap, ofNone] = [1, 5, 2, 0.1];

/**
 * The loss of one row by `set_prediction` with its defaults and the row's own number of objects (Carion et al., 2020,
 * eq. 2), by which rows are compared.
 */
export function setLoss({ logits, boxes, classes, objects }: ObservedRow["boxes"]): number {
  const queries = boxes.length / 4;
  const width = logits.length / queries;
  const shares = Array.from({ length: queries }, (_, query) =>
    softmax(logits.subarray(query * width, (query + 1) * width)),
  );
  const there = [...classes.keys()].filter((index) => (classes[index] ?? -1) >= 0);
  const distance = (object: number, query: number): number =>
    [0, 1, 2, 3].reduce(
      (sum, side) => sum + Math.abs((boxes[query * 4 + side] ?? 0) - (objects[object * 4 + side] ?? 0)),
      0,
    );
  const overlap = (object: number, query: number): number =>
    generalisedOverlap(edgesAt(boxes, query), edgesAt(objects, object));
  const costs = there.flatMap((object) =>
    shares.map(
      (share, query) =>
        ofBox * distance(object, query) -
        ofClass * (share[classes[object] ?? 0] ?? 0) -
        ofOverlap * overlap(object, query),
    ),
  );
  const matched = new Map([...assignment(costs, there.length, queries)].map((query, row) => [query, there[row] ?? 0]));
  let [surprise, weights, near] = [0, 0, 0];
  for (const [query, share] of shares.entries()) {
    const object = matched.get(query);
    const weight = object === undefined ? ofNone : 1;
    const right = object === undefined ? width - 1 : (classes[object] ?? 0);
    surprise -= weight * Math.log(Math.max(share[right] ?? 0, 1e-30));
    weights += weight;
    if (object !== undefined) near += ofBox * distance(object, query) + ofOverlap * (1 - overlap(object, query));
  }
  return (ofClass * surprise) / weights + near / Math.max(there.length, 1);
}

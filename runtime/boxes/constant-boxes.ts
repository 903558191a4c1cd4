import type { MeasuredTensor } from "../metrics/measured-batch.ts";
import { keptInside } from "../targets/class-scores.ts";

/** The number of training objects that are clustered. */
const mostObjects = 10_000;
const rounds = 20;

interface Known {
  readonly class: number;
  readonly box: readonly number[];
}

/** Logits [Q × width] and boxes [Q × 4] that do not depend on the picture. */
export interface ConstantBoxes {
  readonly logits: Float32Array;
  readonly boxes: Float32Array;
}

/** Collects the objects of the training split, for the set of Q boxes that describes them best without a look at the picture: the means of as many clusters. */
export class ConstantBoxesFit {
  readonly #objects: Known[] = [];
  #rows = 0;

  add(classes: MeasuredTensor, boxes: MeasuredTensor): void {
    if (this.#objects.length >= mostObjects) return;
    this.#rows += 1;
    for (const [index, of] of classes.entries())
      if (of >= 0) this.#objects.push({ class: of, box: [...boxes.subarray(index * 4, index * 4 + 4)] });
  }

  /** Each cluster predicts its classes as often as training rows have an object of them in it, and else no object, the last of `width` logits. */
  fit(queries: number, width: number): ConstantBoxes {
    const clusters = clustersOf(this.#objects, queries);
    const shares = clusters.flatMap((cluster) => {
      const counts = new Float64Array(width);
      for (const { class: of } of cluster) counts[of] = (counts[of] ?? 0) + 1 / Math.max(this.#rows, 1);
      counts[width - 1] = 1 - counts.reduce((sum, count) => sum + count, 0);
      return [...counts];
    });
    return {
      logits: Float32Array.from(shares, (share) => Math.log(keptInside(share))),
      boxes: Float32Array.from(clusters.flatMap(meanOf)),
    };
  }
}

/** Lloyd's algorithm (1982), from objects at equal distances in the order of their positions. */
function clustersOf(objects: readonly Known[], count: number): readonly (readonly Known[])[] {
  const sorted = objects.toSorted((one, other) => position(one) - position(other));
  let centres = Array.from({ length: count }, (_, index) => [
    ...(sorted[Math.floor(((index + 0.5) * sorted.length) / count)]?.box ?? [0.5, 0.5, 0, 0]),
  ]);
  let clusters: Known[][] = [];
  for (let round = 0; round < rounds; round++) {
    clusters = centres.map(() => []);
    for (const object of objects) clusters[nearest(centres, object.box)]?.push(object);
    centres = clusters.map((cluster, index) => (cluster.length > 0 ? meanOf(cluster) : (centres[index] ?? [])));
  }
  return clusters;
}

function position({ box: [x = 0, y = 0] }: Known): number {
  return Math.floor(y * 4) * 4 + x;
}

function nearest(centres: readonly (readonly number[])[], box: readonly number[]): number {
  const distances = centres.map((centre) =>
    centre.reduce((sum, side, index) => sum + (side - (box[index] ?? 0)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function meanOf(cluster: readonly Known[]): number[] {
  return [0, 1, 2, 3].map(
    (side) => cluster.reduce((sum, { box }) => sum + (box[side] ?? 0), 0) / Math.max(cluster.length, 1),
  );
}

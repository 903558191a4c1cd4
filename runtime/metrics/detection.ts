import { type BoxedObject, type Detection, detectionsOf, objectsOf } from "../boxes/detections.ts";
import { overlapOf } from "../data/rows/overlap.ts";
import type { Metric } from "./metric.ts";

/** The greatest number of detections of a class in a row that count, as COCO has it. */
const mostDetections = 100;
/** COCO's ten: .5, .55, …, .95. */
export const cocoOverlaps: readonly number[] = Array.from({ length: 10 }, (_, index) => (50 + 5 * index) / 100);
const recallPoints = Array.from({ length: 101 }, (_, index) => index / 100);

interface Ranked {
  readonly probability: number;
  readonly weight: number;
  /** For each overlap, true if the detection has an object of its own. */
  readonly hits: readonly boolean[];
}

interface OfClass {
  objects: number;
  readonly ranked: Ranked[];
}

/** Detections of all rows by their class, as they are found right or wrong at each overlap, and `measure` of a class that has objects; the mean over classes. */
export function overClasses(
  overlaps: readonly number[],
  measure: (ranked: readonly Ranked[], objects: number, overlap: number) => number,
): Metric<"boxes"> {
  const classes = new Map<number, OfClass>();
  return {
    observe: (row, weight) => {
      const detections = detectionsOf(row.logits, row.boxes, row.scored);
      const objects = objectsOf(row);
      for (const of of new Set([...detections, ...objects].map((each) => each.class))) {
        const known = classes.get(of) ?? { objects: 0, ranked: [] };
        classes.set(of, known);
        const own = objects.filter((object) => object.class === of);
        known.objects += own.length * weight;
        const best = detections
          .filter((detection) => detection.class === of)
          .toSorted((one, other) => other.probability - one.probability)
          .slice(0, mostDetections);
        const hits = overlaps.map((overlap) => hitsAt(best, own, overlap));
        for (const [index, { probability }] of best.entries())
          known.ranked.push({ probability, weight, hits: hits.map((each) => each[index] ?? false) });
      }
    },
    value: () => {
      const values = [...classes.values()]
        .filter(({ objects }) => objects > 0)
        .flatMap(({ objects, ranked }) => {
          const sorted = ranked.toSorted((one, other) => other.probability - one.probability);
          return overlaps.map((_, overlap) => measure(sorted, objects, overlap));
        });
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    },
  };
}

/** Each detection, from the most probable one, takes the free object that it overlaps most, if by at least `least`; the last of equal ones. */
function hitsAt(detections: readonly Detection[], objects: readonly BoxedObject[], least: number): readonly boolean[] {
  const isTaken = objects.map(() => false);
  return detections.map(({ box }) => {
    let [overlap, taken] = [Math.min(least, 1 - 1e-10), -1];
    for (const [index, object] of objects.entries()) {
      const found = isTaken[index] ? -1 : overlapOf(box, object.box);
      if (found >= overlap) [overlap, taken] = [found, index];
    }
    if (taken >= 0) isTaken[taken] = true;
    return taken >= 0;
  });
}

/** The mean of the precision at 101 recalls; precision is the highest at that recall or a greater one. */
export function interpolatedPrecision(ranked: readonly Ranked[], objects: number, overlap: number): number {
  let [hits, seen] = [0, 0];
  const points = ranked.map(({ weight, hits: at }) => {
    seen += weight;
    if (at[overlap]) hits += weight;
    return { recall: hits / objects, precision: hits / seen };
  });
  const highest = points.map(({ precision }) => precision);
  for (let index = highest.length - 2; index >= 0; index--)
    highest[index] = Math.max(highest[index] ?? 0, highest[index + 1] ?? 0);
  let from = 0;
  const sum = recallPoints.reduce((total, recall) => {
    while (from < points.length && (points[from]?.recall ?? 0) < recall) from += 1;
    return total + (highest[from] ?? 0);
  }, 0);
  return sum / recallPoints.length;
}

/** The fraction of the objects that a detection of their class finds. */
export function recallOfObjects(ranked: readonly Ranked[], objects: number, overlap: number): number {
  return ranked.reduce((sum, { hits, weight }) => sum + (hits[overlap] ? weight : 0), 0) / objects;
}

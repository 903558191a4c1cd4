import { counted } from "../../compiler/counted.ts";
import { cellNumber } from "../data/cells/cell-number.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { jsonCell } from "../data/features/json-cell.ts";
import { boxInFractions, sizeOf } from "../data/features/region-box.ts";
import { overlapOf } from "../data/rows/overlap.ts";
import { argmax } from "../metrics/rank.ts";
import { predictionRow, targetRow } from "../metrics/measured-batch.ts";
import { ranking } from "./ranking.ts";
import type { RowRegions, RuntimeTarget, TargetRow } from "./runtime-target.ts";

/**
 * One of the regions of a row: `float32 [max_regions]`, how right each one is, −1 for one that is missing or cannot be
 * chosen; and the overlap of each with the right box.
 */
export const choice: RuntimeTarget<"choice"> = {
  column: {
    namesIn: () => [],
    encode: (value, [relevances, overlaps], row, { overlap }) => {
      const { regions } = row;
      if (!relevances || !overlaps || !regions) throw new Error("a region is chosen of a row without regions");
      const count = countOf(regions);
      const right = rightOf(value, count);
      const box = typeof right === "number" ? boxAt(regions, right) : right;
      relevances.fill(-1);
      for (const region of choosable(row, count)) {
        const shared = overlapOf(box, boxAt(regions, region));
        const isRight = typeof right === "number" ? region === right : shared >= overlap;
        overlaps[region] = region === right ? 1 : shared;
        relevances[region] = isRight ? (typeof right === "number" ? 1 : shared) : 0;
      }
      if (typeof right === "number" && relevances[right] !== 1)
        throw new UnreadableValue(`region ${right} is not one of those that can be chosen`);
    },
    synthesize: ({ modality }, { inputs }) => largestFirst(featuresIn(inputs[modality])),
    synthesizeBeside: ({ modality }, { inputs }) => [...featuresIn(inputs[modality]).keys()],
  },
  reading: "choice",
  observe: (batch, row) => ({
    scores: predictionRow(batch, "scores", row),
    relevance: targetRow(batch, row) as Float32Array,
    overlaps: targetRow(batch, row, "overlap") as Float32Array,
  }),
  predictsNaN: ranking.predictsNaN,
  loss: ranking.loss,
  // The right regions, and all of them by falling score.
  readable: ranking.readable,
  // No region is better than another one to who does not look.
  baseline: ({ outputs: [scores] }) => ({
    predictions: (size) => new Map([["scores", new Float32Array(size * (scores?.shape[0] ?? 1))]]),
  }),
  predict: (outputs, { candidates }) => {
    const scores = (outputs.get("scores") ?? new Float32Array(0)).subarray(0, candidates);
    return { kind: "choice", region: argmax(scores), scores: [...scores] };
  },
  cells: ({ region, scores }) => ({ region, scores: JSON.stringify(scores) }),
};

function countOf({ mask }: RowRegions): number {
  return Array.from(mask).filter((there) => there > 0).length;
}

function boxAt({ boxes }: RowRegions, region: number): ArrayLike<number> {
  return boxes.subarray(region * 5, region * 5 + 4);
}

/** The index of the right region, or a box in fractions of the picture. */
function rightOf(value: unknown, count: number): number | readonly number[] {
  const isJson = typeof value === "string" && /^\s*[[{]/u.test(value);
  const given: unknown = isJson ? jsonCell(value, "a box") : value;
  if (Array.isArray(given)) return boxInFractions(numbersIn(given), undefined, "the box");
  if (typeof given === "object" && given !== null && "box" in given && Array.isArray(given.box))
    return boxInFractions(numbersIn(given.box), sizeOf("size" in given ? given.size : undefined), "the box");
  return regionIndex(cellNumber(given), count);
}

function numbersIn(values: readonly unknown[]): readonly number[] {
  return values.map((value) => cellNumber(value));
}

function regionIndex(index: number, count: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new UnreadableValue(`${index} is not the index of one of ${counted(count, "region")}, counted from 0`);
  return index;
}

/** The indices of the regions that can be chosen: those that the column beside the target's lists, or all. */
function choosable({ beside }: TargetRow, count: number): readonly number[] {
  if (beside === undefined) return Array.from({ length: count }, (_, region) => region);
  const listed = jsonCell(beside, "a list of regions");
  if (!Array.isArray(listed)) throw new UnreadableValue("the regions that can be chosen are not a list");
  return listed.map((region) => regionIndex(cellNumber(region), count));
}

/** The features of the regions in a synthetic cell. */
function featuresIn(value: unknown): readonly (readonly number[])[] {
  return (value as { readonly features: readonly (readonly number[])[] }).features;
}

/** The region whose first number is the largest, so that there is something to learn. */
function largestFirst(features: readonly (readonly number[])[]): number {
  return argmax(Float32Array.from(features, ([first = 0]) => first));
}

import { Buffer } from "../../host/bytes.ts";
import { counted } from "../../../compiler/counted.ts";
import { featuresOfModality } from "../../../compiler/features/features.ts";
import { cellNumber } from "../cells/cell-number.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import type { StoredData } from "../columns/feature-store.ts";
import type { FeatureReader, ModalityOf, ReadingContext } from "./feature-reader.ts";
import { bytesOf } from "./file-bytes.ts";
import { jsonCell } from "./json-cell.ts";
import { readNpy } from "./npy.ts";
import { boxInFractions, sizeOf } from "./region-box.ts";

/** A reference to a JSON file, or its content. */
type Found = string | RegionRecord;

type References = Pick<ReadingContext, "references">;

interface RegionRecord {
  readonly features?: unknown;
  readonly boxes?: unknown;
  readonly size?: unknown;
  readonly classes?: unknown;
}

type Rows = readonly (readonly number[])[];

/**
 * Reads the output of an object detector: float32 `[regions, width]` of features, float32 `[regions, 5]` of boxes, the
 * mask of the regions that exist, and float32 `[regions, classes]` of their classes where these are declared. A value is `{ features, boxes, size }`, in the cell or in a JSON file, with lists
 * of lists of numbers or references to .npy files. Boxes are x₁, y₁, x₂, y₂: in pixels if `size` gives the picture's
 * width and height, else in fractions of them. The fifth number is the fraction of the picture's area (ViLBERT; Lu et
 * al., 2019, §3.1).
 */
export function regionsReader(name: string, modality: ModalityOf<"regions">): FeatureReader<Found> {
  return {
    features: featuresOfModality(name, modality, "required"),
    kind: "direct",
    isMissing: (value) => value === undefined || value === null || value === "",
    parse: (value) => {
      const found =
        typeof value === "string" && value.trimStart().startsWith("{")
          ? jsonCell(value, "JSON of features and boxes")
          : value;
      return typeof found === "string" ? found : asRecord(found);
    },
    decoding: {
      version: "1",
      async *content(found, context) {
        const record = typeof found === "string" ? await recordIn(found, context) : found;
        yield Buffer.from(JSON.stringify(record));
        for (const rows of [record.features, record.boxes])
          if (typeof rows === "string") yield await bytesOf(rows, context);
      },
    },
    encode: async (found, [features, boxes, mask, classes], context) => {
      const record = typeof found === "string" ? await recordIn(found, context) : found;
      const [seen, places] = [
        await rowsOf(record.features, "features", context),
        await rowsOf(record.boxes, "boxes", context),
      ];
      if (seen.length !== places.length)
        throw new UnreadableValue(`it has features of ${counted(seen.length, "region")} and boxes of ${places.length}`);
      const size = sizeOf(record.size);
      if (classes && modality.classes !== undefined && record.classes !== undefined)
        setClasses(record.classes, { classes, count: modality.classes, regions: seen.length });
      for (const [at, row] of seen.slice(0, modality.max_regions).entries()) {
        if (row.length !== modality.width)
          throw new UnreadableValue(
            `the features of region ${at + 1} are ${counted(row.length, "number")} where ${modality.width} ${modality.width === 1 ? "is" : "are"} declared`,
          );
        features?.set(row, at * modality.width);
        boxes?.set(boxInFractions(places[at] ?? [], size, `the box of region ${at + 1}`), at * 5);
        if (mask) mask[at] = 1;
      }
    },
  };
}

interface ClassSlots {
  /** `[max_regions, count]` */
  readonly classes: StoredData;
  readonly count: number;
  readonly regions: number;
}

/** Writes the distribution of each region over its classes; a class alone has the probability 1. */
function setClasses(value: unknown, { classes, count, regions }: ClassSlots): void {
  if (!Array.isArray(value) || value.length !== regions)
    throw new UnreadableValue(`its classes are not a list of one for each of ${counted(regions, "region")}`);
  for (const [at, cell] of value.entries()) {
    const start = at * count;
    if (start >= classes.length) return;
    const name = `the class of region ${at + 1}`;
    if (!Array.isArray(cell)) {
      const index = cellNumber(cell, `${name} is not a number: `);
      if (!Number.isInteger(index) || index < 0 || index >= count)
        throw new UnreadableValue(`${name}, ${index}, is not one of ${count}, counted from 0`);
      classes[start + index] = 1;
      continue;
    }
    const shares = cell.map((share: unknown) => cellNumber(share, `${name} is not a list of numbers: `));
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (shares.length !== count || shares.some((share) => share < 0) || Math.abs(total - 1) > 0.02)
      throw new UnreadableValue(`${name} is not a distribution over ${count} classes`);
    classes.set(
      shares.map((share) => share / total),
      start,
    );
  }
}

function asRecord(value: unknown): RegionRecord {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array))
    return value;
  throw new UnreadableValue("it is neither an object of features and boxes nor a reference to a JSON file of one");
}

async function recordIn(reference: string, context: References): Promise<RegionRecord> {
  const text = new TextDecoder().decode(await bytesOf(reference, context));
  return asRecord(jsonCell(text, `JSON of features and boxes: ${reference}`));
}

async function rowsOf(value: unknown, what: string, context: References): Promise<Rows> {
  if (typeof value === "string") return rowsOfFile(value, what, context);
  if (!Array.isArray(value)) throw new UnreadableValue(`its ${what} are not a list of regions`);
  return value.map((row: unknown, at) => {
    if (!Array.isArray(row)) throw new UnreadableValue(`the ${what} of region ${at + 1} are not a list of numbers`);
    return row.map((number: unknown) =>
      cellNumber(number, `the ${what} of region ${at + 1} are not a list of numbers: `),
    );
  });
}

async function rowsOfFile(reference: string, what: string, context: References): Promise<Rows> {
  const { values, shape } = readNpy(await bytesOf(reference, context));
  const [count = 0, width = 0] = shape;
  if (shape.length !== 2)
    throw new UnreadableValue(
      `${reference}: its ${what} have ${counted(shape.length, "dimension")} where there are 2, regions and numbers`,
    );
  if (!values.every((number) => Number.isFinite(Math.fround(number))))
    throw new UnreadableValue(`${reference}: its ${what} are not all finite numbers in float32`);
  return Array.from({ length: count }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
}

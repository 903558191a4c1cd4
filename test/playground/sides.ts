import sharp from "sharp";
import type { SharedState } from "../../playground/state/url-state.ts";
import type { MadeExample } from "./example-files.ts";

export const sidesText = `model sides "Which half of a picture is bright"

modality picture: image(8, 8, 1, background: black)

stream seen = picture -> patches(8) -> linear(8) -> mean

task side {
  from: seen
  head: linear(2)
  target: category("side", classes: ["left", "right"])
  metrics: [accuracy]
}

task brightness {
  from: seen
  head: linear(1)
  target: number("brightness")
}

dataset pictures {
  path: "data/sides.jsonl"
  split: { train: 60%, validation: 20%, test: 20% }
  tasks: [side, brightness]
}

stage fit {
  optimizer: adamw(rate: 2e-2)
  batch: 8
  steps: 40
  seed: 1
}
`;

/** A task that is learnt in a second: which half of a picture is bright. */
export const sides: MadeExample["state"] = {
  name: "sides.mtl",
  example: "sides",
  files: { "sides.mtl": sidesText },
};

export const sumsText = `model sums "A number from two others"

modality row: table(numeric: ["one", "other"])

task sum {
  from: row -> as_vector
  head: linear(1)
  target: number("sum")
}

dataset rows {
  path: "data/sums.csv"
  split: { train: 60%, validation: 20%, test: 20% }
  tasks: [sum]
}

stage fit {
  optimizer: adamw(rate: 1e-1)
  batch: 8
  steps: 10
  seed: 1
}
`;

/** A model of the reader's own table, for which the page has no data. */
export const sums: SharedState = { name: "sums.mtl", files: { "sums.mtl": sumsText } };

export const sumsTable = `one,other,sum\n${Array.from({ length: 40 }, (_, index) => `${index % 7},${index % 5},${(index % 7) + (index % 5)}\n`).join("")}`;

const rows = 80;

/** The task with its data. */
export async function sidesExample(): Promise<MadeExample> {
  const lines = await Promise.all(Array.from({ length: rows }, (_, index) => rowOf(index)));
  const table = new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return { state: sides, files: { "data/sides.jsonl": table } };
}

async function rowOf(index: number): Promise<object> {
  const isLeft = index % 2 === 0;
  const pixels = Uint8Array.from({ length: 64 }, (_, at) =>
    at % 8 < 4 === isLeft ? 160 + ((index * 37 + at) % 96) : (index * 11 + at * 7) % 60,
  );
  const png = await pngOf(pixels);
  return {
    picture: `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
    side: isLeft ? "left" : "right",
    brightness: pixels.reduce((sum, each) => sum + each, 0) / 64 / 255,
  };
}

/** A grey picture of 8 × 8 pixels. */
export function pngOf(pixels: Uint8Array): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
    .png()
    .toBuffer();
}

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import sharp from "sharp";
import type { DataIndex } from "../../playground/data/data-index.ts";
import type { SharedState } from "../../playground/state/url-state.ts";

/** A task that is learnt in a second: which half of a picture is bright. */
export const sides: SharedState = {
  name: "sides.mtl",
  example: "sides",
  text: `model sides "Which half of a picture is bright"

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
`,
};

/** A model of the reader's own table, for which the page has no data. */
export const sums: SharedState = {
  name: "sums.mtl",
  text: `model sums "A number from two others"

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
`,
};

export const sumsTable = `one,other,sum\n${Array.from({ length: 40 }, (_, index) => `${index % 7},${index % 5},${(index % 7) + (index % 5)}\n`).join("")}`;

const rows = 80;

/** Writes the data of the task into the folder of a built page, as `npm run playground:data` does for the examples. */
export async function writeSides(folder: string): Promise<void> {
  const lines = await Promise.all(Array.from({ length: rows }, (_, index) => rowOf(index)));
  const table = new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const archive = zipSync({ "data/sides.jsonl": table });
  const index: DataIndex = {
    examples: [
      {
        name: "sides",
        title: "Bright halves",
        description: "A task for tests.",
        specification: "sides/sides.mtl",
        archive: { url: "sides/data.zip", bytes: archive.length },
        files: [{ path: "data/sides.jsonl", bytes: table.length }],
        sources: [{ name: "made up", by: "a test", licence: "none" }],
      },
    ],
  };
  await mkdir(join(folder, "data", "sides"), { recursive: true });
  await writeFile(join(folder, "data", "index.json"), JSON.stringify(index));
  await writeFile(join(folder, "data", "sides", "data.zip"), archive);
  await writeFile(join(folder, "data", "sides", "sides.mtl"), sides.text);
}

async function rowOf(index: number): Promise<object> {
  const isLeft = index % 2 === 0;
  const pixels = Uint8Array.from({ length: 64 }, (_, at) =>
    at % 8 < 4 === isLeft ? 160 + ((index * 37 + at) % 96) : (index * 11 + at * 7) % 60,
  );
  const png = await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
    .png()
    .toBuffer();
  return {
    picture: `data:image/png;base64,${png.toString("base64")}`,
    side: isLeft ? "left" : "right",
    brightness: pixels.reduce((sum, each) => sum + each, 0) / 64 / 255,
  };
}

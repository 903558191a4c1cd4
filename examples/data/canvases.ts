import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { prepareEmoji } from "./emoji.ts";
import type { EmojiRow } from "./emoji-rows.ts";
import { type Placed, type Canvas, canvasSide, canvasesOf } from "./canvas-rows.ts";
import { writeDataset } from "./write-dataset.ts";

/** This number is raised whenever the same packages would give another table. */
const format = 2;

/** Pixels with a lower opacity do not belong to the box of a drawing. */
const visible = 32;

/**
 * Writes `canvases.jsonl` for `unit.mtl`: pictures that are composed of real drawings of emoji, with their boxes and a question. The data set of emoji, which
 * lies beside it, is written first.
 */
export async function prepareCanvases(folder: string): Promise<void> {
  const emoji = join(dirname(folder), "emoji");
  await prepareEmoji(emoji);
  const made = [format, await readFile(join(emoji, "versions.json"), "utf8"), sharp.versions.sharp];
  await writeDataset(folder, made, async () => {
    const lines = (await readFile(join(emoji, "emoji.jsonl"), "utf8")).trim().split("\n");
    const draw = painter(emoji);
    const rows: object[] = [];
    for (const canvas of canvasesOf(lines.map((line) => JSON.parse(line) as EmojiRow)))
      rows.push(await rowOf(canvas, draw));
    return { "canvases.jsonl": rows };
  });
}

/** A drawing in red, green, blue and opacity. */
interface Painted {
  readonly pixels: Uint8Array;
  readonly size: number;
}

type Painter = (placed: Placed) => Promise<Painted>;

/** Renders each drawing once a size. */
function painter(folder: string): Painter {
  const known = new Map<string, Promise<Painted>>();
  return ({ drawing, size }) => {
    const key = `${size} ${drawing}`;
    const painted = known.get(key) ?? paint(join(folder, drawing), size);
    known.set(key, painted);
    return painted;
  };
}

async function paint(file: string, size: number): Promise<Painted> {
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  const { data } = await sharp(await readFile(file), { density: 36 })
    .resize(size, size, { fit: "contain", background: clear })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, size };
}

async function rowOf(drawn: Canvas, draw: Painter): Promise<object> {
  const canvas = Uint8Array.from(
    { length: canvasSide * canvasSide * 3 },
    (_, index) => drawn.background[index % 3] ?? 0,
  );
  const boxes: (readonly number[])[] = [];
  for (const object of drawn.objects) boxes.push(put(canvas, await draw(object), object));
  const raw = { width: canvasSide, height: canvasSide, channels: 3 } as const;
  const png = await sharp(canvas, { raw }).png({ compressionLevel: 9 }).toBuffer();
  return {
    photo: `data:image/png;base64,${png.toString("base64")}`,
    objects: { boxes, classes: drawn.objects.map(({ kind }) => kind), size: [canvasSide, canvasSide] },
    question: drawn.question,
    answer: drawn.answer,
    split: drawn.split,
  };
}

/** Paints a drawing onto the canvas, and returns the box of its visible pixels: x₁, y₁, x₂, y₂. */
function put(canvas: Uint8Array, { pixels, size }: Painted, { left, top }: Placed): readonly number[] {
  const [rows, columns]: [number[], number[]] = [[], []];
  for (let at = 0; at < size * size; at++) {
    const [row, column] = [Math.floor(at / size), at % size];
    const opacity = pixels[at * 4 + 3] ?? 0;
    if (opacity >= visible) {
      rows.push(top + row);
      columns.push(left + column);
    }
    for (let channel = 0; channel < 3; channel++) {
      const to = ((top + row) * canvasSide + left + column) * 3 + channel;
      const share = opacity / 255;
      canvas[to] = Math.round(share * (pixels[at * 4 + channel] ?? 0) + (1 - share) * (canvas[to] ?? 0));
    }
  }
  return [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
}

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { pictureReaders } from "../../runtime/data/features/image.ts";
import type { GridOptions } from "../../runtime/data/pictures/picture-grid.ts";
import { generator } from "../../runtime/random/generator.ts";

interface Request extends GridOptions {
  readonly file: string;
}

const folder = join(import.meta.dirname, "fixtures", "pictures");
const { grids } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
  readonly grids: readonly (Request & { readonly bytes: string })[];
};

/** The furthest that a byte is from Pillow's. */
async function distance({ file, ...grid }: Request, bytes: string): Promise<number> {
  const expected = Buffer.from(bytes, "base64");
  const found = await pictureReaders.own.pixelsOf(readFileSync(file), grid);
  expect(found).toHaveLength(expected.length);
  return found.reduce((most, level, at) => Math.max(most, Math.abs(level - (expected[at] ?? NaN))), 0);
}

describe("a picture becomes the grid that Pillow makes of it", () => {
  const files = [...new Set(grids.map(({ file }) => file))];
  test.each(files)("%s", async (name) => {
    const own = grids.filter(({ file }) => file === name);
    const distances = await Promise.all(
      own.map(({ bytes, ...request }) => distance({ ...request, file: join(folder, name) }, bytes)),
    );
    // PNG holds its pixels; two decoders of a JPEG may round otherwise.
    expect(Math.max(...distances)).toBeLessThanOrEqual(name.endsWith(".png") ? 1 : 2);
    // The sums are the same ones if the picture has no opacity.
    if (name.endsWith(".png") && name !== "glass.png") expect(Math.max(...distances)).toBe(0);
  });
});

const python = process.env["PYTHON"] ?? "python3";
const hasPillow = spawnSync(python, ["-c", "import PIL"]).status === 0;

test.skipIf(!hasPillow)(
  "any size, shape and fit is Pillow's (needs a Python with Pillow, which PYTHON names)",
  async () => {
    const random = generator(1, "pictures");
    const root = await mkdtemp(join(tmpdir(), "mtl-pillow-"));
    const requests: Request[] = [];
    for (let number = 0; number < 60; number++) {
      const [width, height, channels] = [1 + random.below(60), 1 + random.below(60), 1 + random.below(4)] as const;
      const file = join(root, `${number}.png`);
      const data = Uint8Array.from({ length: width * height * channels }, () =>
        random.below(3) === 0 ? 255 * random.below(2) : random.below(256),
      );
      await writeFile(
        file,
        await sharp(data, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
          .png()
          .toBuffer(),
      );
      const fit = (["contain", "cover", "stretch"] as const)[random.below(3)] ?? "contain";
      requests.push({
        file,
        width: 1 + random.below(70),
        height: 1 + random.below(70),
        channels: 1 + random.below(4),
        fit,
        background: random.below(2) === 0 ? "white" : "black",
      });
    }
    const { stdout, stderr } = spawnSync(python, [join(import.meta.dirname, "pillow.py")], {
      input: JSON.stringify(requests),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const expected = JSON.parse(stdout) as readonly string[];
    for (const [index, request] of requests.entries())
      expect(await distance(request, expected[index] ?? ""), JSON.stringify(request)).toBeLessThanOrEqual(1);
  },
);

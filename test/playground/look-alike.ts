import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { env } from "node:process";
import sharp from "sharp";
import { expect } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";

/** Pixels of the small pictures that are compared, along their longer side. */
const compared = 160;
/** The largest mean difference of their brightness, of 255: another font is less, another arrangement is more. */
const tolerance = 7;

/**
 * Compares a screenshot with the committed one at that path of the repository, at a size at which fonts do not matter and arrangement does. `UPDATE=1` writes it anew.
 */
export async function expectToLookAsBefore(path: string, screenshot: Uint8Array): Promise<void> {
  const file = join(packageRoot(), path);
  if (env["UPDATE"] === "1" || !existsSync(file)) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await sharp(screenshot).png({ palette: true, colours: 64, effort: 10 }).toBuffer());
    return;
  }
  const [now, before] = [await small(screenshot), await small(await readFile(file))];
  expect(now.length).toBe(before.length);
  const difference = now.reduce((sum, each, index) => sum + Math.abs(each - (before[index] ?? 0)), 0) / now.length;
  expect(difference, `it looks different from ${path}`).toBeLessThan(tolerance);
}

function small(picture: Uint8Array): Promise<Uint8Array> {
  return sharp(picture).resize(compared, compared, { fit: "inside" }).greyscale().raw().toBuffer();
}

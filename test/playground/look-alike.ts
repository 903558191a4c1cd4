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
 * Compares a screenshot with the committed one of that name, at a size at which fonts do not matter and arrangement does. `UPDATE=1` writes it anew.
 */
export async function expectToLookAsBefore(name: string, screenshot: Uint8Array): Promise<void> {
  const path = join(packageRoot(), "test", "playground", "screenshots", `${name}.png`);
  if (env["UPDATE"] === "1" || !existsSync(path)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await sharp(screenshot).png({ palette: true, colours: 64, effort: 10 }).toBuffer());
    return;
  }
  const [now, before] = [await small(screenshot), await small(await readFile(path))];
  expect(now.length).toBe(before.length);
  const difference = now.reduce((sum, each, index) => sum + Math.abs(each - (before[index] ?? 0)), 0) / now.length;
  expect(difference, `${name} looks different from test/playground/screenshots/${name}.png`).toBeLessThan(tolerance);
}

function small(picture: Uint8Array): Promise<Uint8Array> {
  return sharp(picture).resize(compared, compared, { fit: "inside" }).greyscale().raw().toBuffer();
}

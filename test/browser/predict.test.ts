import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pictureReaders } from "../../runtime/data/features/image.ts";
import { load, train } from "../../runtime/index.ts";
import { findChromium, launchChromium } from "./chromium.ts";
import type { PicturesPage } from "./pictures-page.ts";
import { buildHtml, buildPage, servePage } from "./site.ts";

const specification = `model colours

modality picture: image(8, 8, 3)
modality name: text(max_length: 8, tokenizer: characters(size: 32))

task warm {
  from: (picture -> patches(4) -> linear(8) -> relu -> mean) + (name -> embed(8) -> mean)
  head: linear(2)
  target: category("warm", classes: 2)
}

dataset swatches { path: "swatches.jsonl"  split: { train: 80%, validation: 20% }  tasks: [warm] }

stage fit { optimizer: adamw(rate: 1e-2)  batch: 4  epochs: 1 }
`;

const executable = findChromium();

async function swatch(red: number, blue: number): Promise<Buffer> {
  const background = { r: red, g: 40, b: blue, alpha: 0.6 };
  return sharp({ create: { width: 11, height: 9, channels: 4, background } })
    .png()
    .toBuffer();
}

async function trained(root: string): Promise<string> {
  const rows = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const [red, blue] = index % 2 === 0 ? [150 + 5 * index, 20] : [20, 150 + 5 * index];
      const picture = `data:image/png;base64,${(await swatch(red, blue)).toString("base64")}`;
      return JSON.stringify({ picture, name: index % 2 === 0 ? "fire" : "ice", warm: index % 2 === 0 ? "yes" : "no" });
    }),
  );
  writeFileSync(join(root, "colours.mtl"), specification);
  writeFileSync(join(root, "swatches.jsonl"), `${rows.join("\n")}\n`);
  const { folder } = await train({
    specification: join(root, "colours.mtl"),
    runs: join(root, "runs"),
    engine: "onnx:wasm",
    threads: 1,
  });
  return folder;
}

describe.skipIf(executable === undefined)(
  `examples/browser/predict.html in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchChromium(executable ?? "");
    });
    afterAll(() => browser?.close());

    test("a page reads the pixels of Node, and of a drawing almost", { timeout: 120_000 }, async () => {
      const site = await servePage(await buildPage({ page: "test/browser/pictures-page.ts" }));
      const page = await browser.newPage();
      await page.goto(site.address);
      await page.waitForFunction("globalThis.picturesPage !== undefined");
      /** The mean difference of a byte. */
      const difference = async (bytes: Buffer, channels: number): Promise<number> => {
        const options = {
          kind: "image",
          height: 24,
          width: 24,
          channels,
          fit: "contain",
          background: "white",
        } as const;
        const here = await pictureReaders.own.pixelsOf(new Uint8Array(bytes), options);
        const there = await page.evaluate(
          ([base64, given]) =>
            (globalThis as unknown as { picturesPage: PicturesPage }).picturesPage.pixels(base64, given),
          [bytes.toString("base64"), options] as const,
        );
        return (
          here.reduce((sum, value, index) => sum + Math.abs(value - (there[index] ?? Number.NaN)), 0) / here.length
        );
      };
      const waves = Uint8Array.from({ length: 61 * 43 * 4 }, (_, index) => 128 + 100 * Math.sin(index / 97));
      const picture = (channels: 3 | 4) =>
        sharp(waves.slice(0, 61 * 43 * channels), { raw: { width: 61, height: 43, channels } });
      expect(await difference(await picture(4).png().toBuffer(), 4)).toBe(0);
      expect(await difference(await picture(3).withMetadata({ orientation: 6 }).png().toBuffer(), 1)).toBe(0);
      // Chromium decodes JPEG and WebP as sharp does today; another version of either may round otherwise.
      expect(await difference(await picture(3).withMetadata({ orientation: 6 }).jpeg().toBuffer(), 3)).toBeLessThan(1);
      expect(await difference(await picture(3).webp().toBuffer(), 3)).toBeLessThan(1);
      const drawing =
        '<svg xmlns="http://www.w3.org/2000/svg" width="72" height="48"><circle cx="30" cy="24" r="19" fill="#c30"/><path d="M5 5L66 40" stroke="#024" stroke-width="2"/></svg>';
      expect(await difference(Buffer.from(drawing), 3)).toBeLessThan(2);
      await site.close();
      await page.close();
    });

    test("predicts by the model of a run of Node what Node predicts", { timeout: 120_000 }, async () => {
      const root = mkdtempSync(join(tmpdir(), "mtl-predict-"));
      const folder = await trained(root);
      const files = readdirSync(join(folder, "model")).map(
        (name) => [`/model/${name}`, readFileSync(join(folder, "model", name))] as const,
      );
      const site = await servePage(new Map([...(await buildHtml("examples/browser/predict.html")), ...files]));
      try {
        const page = await browser.newPage();
        const problems: string[] = [];
        page.on("pageerror", ({ message }) => problems.push(message));
        await page.goto(site.address);
        await page.getByRole("heading", { name: "colours" }).waitFor();
        const picture = await swatch(200, 60);
        await page.getByLabel("picture").setInputFiles({ name: "swatch.png", mimeType: "image/png", buffer: picture });
        await page.getByLabel("name").fill("fire");
        await page.getByRole("button", { name: "Predict" }).click();
        await expect.poll(() => page.locator("output").innerText(), { timeout: 30_000 }).not.toBe("");
        const model = await load(folder, { engine: "onnx:wasm", threads: 1 });
        const [here] = await model.predictTasks([{ picture: new Uint8Array(picture), name: "fire" }]);
        await model.dispose();
        expect(JSON.parse(await page.locator("output").innerText())).toEqual(JSON.parse(JSON.stringify(here)));
        expect(problems).toEqual([]);
      } finally {
        await site.close();
        await rm(root, { recursive: true, force: true });
      }
    });
  },
);

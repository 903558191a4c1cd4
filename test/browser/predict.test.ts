import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { load, train } from "../../runtime/index.ts";
import { findChromium, launchChromium } from "./chromium.ts";
import { buildHtml, servePage } from "./site.ts";

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
    test("predicts by the model of a run of Node what Node predicts", { timeout: 120_000 }, async () => {
      const root = mkdtempSync(join(tmpdir(), "mtl-predict-"));
      const folder = await trained(root);
      const files = readdirSync(join(folder, "model")).map(
        (name) => [`/model/${name}`, readFileSync(join(folder, "model", name))] as const,
      );
      const site = await servePage(new Map([...(await buildHtml("examples/browser/predict.html")), ...files]));
      const browser = await launchChromium(executable ?? "");
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
        await browser.close();
        await site.close();
        await rm(root, { recursive: true, force: true });
      }
    });
  },
);

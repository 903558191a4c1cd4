import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page as BrowserPage } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileToFolder } from "../../runtime/index.ts";
import { feeds, graphOf, train } from "../compiled/by-manifest.ts";
import { openOnnx, readManifest, readTensors } from "../compiled/plain.ts";
import { type Site, bundle, findChromium, launchChromium, serve } from "./chromium.ts";
import type { BrowserBackend } from "./adapter.ts";
import type { Page, Request } from "./page.ts";

/** The smallest model that needs everything that a transformer needs of a backend: attention over words and numbers, dropout, clipping and AdamW. */
const specification = `model pages

modality words: text(max_length: 6, tokenizer: characters(size: 32))
modality light: tensor([3])

stream read = words -> embed(8) -> positions(learned) -> transformer(layers: 1, heads: 2) -> mean
stream both = read + (light -> linear(8) -> tanh)

task hue { from: both  head: dropout(10%) -> linear(3)  target: category("hue", classes: 3) }
task strength { from: both  head: linear(1)  target: number("strength") }

dataset samples { path: "samples.jsonl"  tasks: [hue, strength] }

stage fit { optimizer: adamw(rate: 1e-2)  clip: 1.0  batch: 4  epochs: 1 }
`;

const steps = 3;
const executable = findChromium();
const minutes = 60_000;

describe.skipIf(executable === undefined)(
  `a compiled folder in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    const root = mkdtempSync(join(tmpdir(), "mtl-browser-"));
    const folder = join(root, "compiled");
    let site: Site;
    let browser: Browser;

    beforeAll(async () => {
      writeFileSync(join(root, "pages.mtl"), specification);
      await compileToFolder(folder, { source: join(root, "pages.mtl") });
      site = await serve(await bundle("test/browser/page.ts"), folder);
      browser = await launchChromium(executable ?? "");
    }, 3 * minutes);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
      await rm(root, { recursive: true, force: true });
    });

    describe.each<BrowserBackend>(["webgl", "webgpu"])("on %s", (backend) => {
      let page: BrowserPage;
      let reason = "";

      beforeAll(async () => {
        page = await browser.newPage();
        await page.goto(site.address);
        await page.waitForFunction("globalThis.page !== undefined");
        const { started, adapter } = await page.evaluate(
          (name) => (globalThis as unknown as { page: Page }).page.start(name),
          backend,
        );
        if (!started)
          reason =
            adapter === "" ? `this Chromium has no adapter for ${backend}` : `${backend} does not start on ${adapter}`;
      }, 2 * minutes);
      afterAll(() => page?.close());

      const requests: readonly Request[] = (["hue", "strength"] as const).flatMap((task) => [
        { task, steps, by: "tfjs" },
        { task, steps, by: "engine" },
      ]);

      test.for(requests)(
        "$task predicts, evaluates and trains like the same graph in ONNX, run by $by",
        { timeout: 3 * minutes },
        async (request, { skip }) => {
          skip(reason !== "", reason);
          const ran = await page.evaluate(
            (asked) => (globalThis as unknown as { page: Page }).page.run(asked),
            request,
          );
          const twin = await onnxTwin(folder, request.task);
          expectClose(ran.losses, twin.losses);
          expect(ran.losses[steps - 1]).toBeLessThan(ran.losses[0] ?? Number.NaN);
          for (const [name, values] of twin.evaluated) expectClose(ran.evaluated[name] ?? [], values);
          for (const [name, values] of twin.predicted) expectClose(ran.predicted[name] ?? [], values);
          expect(ran.tensorsLeft).toBe(0);
        },
      );
    });
  },
);

async function onnxTwin(folder: string, task: string) {
  const manifest = readManifest(folder);
  const initial = readTensors(join(folder, manifest.initial.file));
  const once = async (kind: "evaluate" | "predict") => {
    const opened = await openOnnx(folder, graphOf(manifest, kind, task));
    const outputs = await opened.run(feeds(opened.graph, initial, 1));
    await opened.close();
    return outputs;
  };
  const opened = await openOnnx(folder, graphOf(manifest, "step", task));
  const { losses } = await train({ initial, opened, steps });
  await opened.close();
  return { losses, evaluated: await once("evaluate"), predicted: await once("predict") };
}

/** The tolerance. Shaders approximate exp, tanh and similar functions more coarsely than processors do. */
function expectClose(actual: readonly number[], expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 3));
}

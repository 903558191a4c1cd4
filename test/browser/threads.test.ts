import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { train } from "../../runtime/index.ts";
import { type Site, findChromium, launchChromium } from "./chromium.ts";
import { texts } from "./projects.ts";
import { buildPage, servePage } from "./site.ts";
import type { TrainingPage } from "./training-page.ts";

/** In a process of its own, since ONNX Runtime has one number of threads in a process. */
const settings = { engine: "onnx:wasm", threads: 2, seed: 3, steps: 4 } as const;
const executable = findChromium();
const minutes = 60_000;

describe.skipIf(executable === undefined)(
  `two threads in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    const root = mkdtempSync(join(tmpdir(), "mtl-threads-"));
    let site: Site;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      const entries = {
        page: "test/browser/training-page.ts",
        "training-worker": "runtime/browser/training-worker.ts",
      };
      [site, browser] = await Promise.all([buildPage(entries).then(servePage), launchChromium(executable ?? "")]);
      page = await browser.newPage();
      await page.goto(site.address);
      await page.waitForFunction("globalThis.trainingPage !== undefined");
    }, 2 * minutes);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
      await rm(root, { recursive: true, force: true });
    });

    test(
      "of a page that is isolated from other origins end with the bits of two threads in Node",
      async () => {
        const { files, specification } = texts();
        expect(await page.evaluate("crossOriginIsolated")).toBe(true);
        const workers: string[] = [];
        page.on("worker", (worker) => workers.push(worker.url()));
        const there = await page.evaluate(
          (job) => (globalThis as unknown as { trainingPage: TrainingPage }).trainingPage.train(job),
          { files, specification, ...settings },
        );
        expect(there.events.at(-1)?.kind).toBe("done");
        // One worker is the training's, and one is the second thread.
        expect(workers.length).toBeGreaterThanOrEqual(2);

        for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
        const losses: number[] = [];
        const { folder } = await train({
          specification: join(root, specification),
          runs: join(root, "runs"),
          observer: { onStep: ({ loss }) => losses.push(loss) },
          ...settings,
        });
        expect(there.events.flatMap((event) => (event.kind === "step" ? [event.loss] : []))).toEqual(losses);
        const weights = "model/model.safetensors";
        expect(there.files[weights]).toBe(readFileSync(join(folder, weights)).toString("base64"));
      },
      2 * minutes,
    );
  },
);

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MeasuredValue, evaluate, load, train } from "../../runtime/index.ts";
import { type Site, findChromium, launchChromium } from "./chromium.ts";
import { type Project, digits, texts } from "./projects.ts";
import { type BuiltPage, buildPage, servePage } from "./site.ts";
import type { TrainedInPage, TrainingPage } from "./training-page.ts";

interface Outcome {
  readonly losses: readonly number[];
  readonly results: readonly MeasuredValue[];
  /** The SHA-256 of each file with weights. */
  readonly weights: Readonly<Record<string, string>>;
}

const settings = { engine: "onnx:wasm", threads: 1, seed: 3, steps: 4 } as const;
const executable = findChromium();
const minutes = 60_000;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let built: BuiltPage;
beforeAll(async () => {
  built = await buildPage({
    page: "test/browser/training-page.ts",
    "training-worker": "runtime/browser/training-worker.ts",
  });
}, minutes);

/** The characters of a module and of all that it imports before it runs. */
function loadedWith(path: string, seen = new Set<string>()): number {
  if (seen.has(path)) return 0;
  seen.add(path);
  const script = String(built.get(path) ?? "");
  const imported = [...script.matchAll(/^(?:import|export)\s[^;]*?"\.(\/[^"]+)"/gm)].map(([, name = ""]) => name);
  return imported.reduce((sum, name) => sum + loadedWith(name, seen), script.length);
}

test("a page loads little, and its worker loads what trains, without decoders and reports", () => {
  expect(loadedWith("/page.js")).toBeLessThan(20_000);
  expect(built.get("/page.js")).toContain("training-worker.js");
  // The numbers are characters before they are minified. libsamplerate alone would add two million, reports more.
  expect(loadedWith("/training-worker.js")).toBeGreaterThan(500_000);
  expect(loadedWith("/training-worker.js")).toBeLessThan(3_200_000);
});

describe.skipIf(executable === undefined)(
  `training in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    const root = mkdtempSync(join(tmpdir(), "mtl-training-"));
    let site: Site;
    let browser: Browser;
    let page: Page;

    beforeAll(async () => {
      site = await servePage(built);
      browser = await launchChromium(executable ?? "");
      page = await browser.newPage();
      await page.goto(site.address);
      await page.waitForFunction("globalThis.trainingPage !== undefined");
    }, minutes);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
      await rm(root, { recursive: true, force: true });
    });

    const inPage = async ({ specification, files }: Project): Promise<Outcome & { readonly run: TrainedInPage }> => {
      const run = await page.evaluate(
        (job) => (globalThis as unknown as { trainingPage: TrainingPage }).trainingPage.train(job),
        { files, specification, ...settings },
      );
      const last = run.events.at(-1);
      if (last?.kind !== "done") throw new Error(`the page has not trained: ${JSON.stringify(last)}`);
      return {
        run,
        losses: run.events.flatMap((event) => (event.kind === "step" ? [event.loss] : [])),
        results: last.results,
        weights: Object.fromEntries(
          Object.entries(run.files)
            .filter(([path]) => path.endsWith(".safetensors"))
            .map(([path, base64]) => [path, sha256(Buffer.from(base64, "base64"))])
            .sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)),
        ),
      };
    };

    const inNode = async (
      { specification, files }: Project,
      steps: number = settings.steps,
    ): Promise<Outcome & { readonly folder: string }> => {
      const project = mkdtempSync(join(root, "project-"));
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(project, path)), { recursive: true });
        writeFileSync(join(project, path), text);
      }
      const losses: number[] = [];
      const { folder, results } = await train({
        specification: join(project, specification),
        runs: join(project, "runs"),
        observer: { onStep: ({ loss }) => losses.push(loss) },
        ...settings,
        steps,
      });
      return { folder, losses, results, weights: {} };
    };

    test.each([
      ["the digits", digits],
      ["a text example", async () => texts()],
    ])(
      "%s: the page ends with the bits of Node, and Node evaluates its run",
      { timeout: 2 * minutes },
      async (_name, make) => {
        const project = await make();
        const there = await inPage(project);
        const here = await inNode(project);
        expect(there.losses).toEqual(here.losses);
        expect(there.losses).toHaveLength(settings.steps);
        expect(there.results).toEqual(here.results);
        expect(Object.keys(there.weights).length).toBeGreaterThan(1);
        for (const [path, hash] of Object.entries(there.weights)) {
          const weights = readFileSync(join(here.folder, path));
          expect([path, hash]).toEqual([path, sha256(weights)]);
        }
        // The run of the page, beside the data that Node has.
        const copy = join(dirname(here.folder), "from-page");
        for (const [path, base64] of Object.entries(there.run.files)) {
          await mkdir(dirname(join(copy, path)), { recursive: true });
          writeFileSync(join(copy, path), Buffer.from(base64, "base64"));
        }
        expect(await evaluate(copy, "test", { engine: "onnx:wasm", threads: 1 })).toEqual(
          here.results.filter(({ split }) => split === "test"),
        );
      },
    );

    test(
      "a training is paused, stopped, kept, resumed to the same bits, and its model is used",
      { timeout: 2 * minutes },
      async () => {
        const project = texts();
        const resumed = await page.evaluate(
          ([job, example]) =>
            (globalThis as unknown as { trainingPage: TrainingPage }).trainingPage.resume(job, example),
          [{ ...project, ...settings, steps: 8 }, { word: "adore" }] as const,
        );
        const here = await inNode(project, 8);
        // The update that was running when the page asked may still have ended.
        expect(resumed.stepsWhilePaused).toBeLessThanOrEqual(1);
        expect(
          resumed.events.filter(({ kind }) => kind === "stopped" || kind === "done").map(({ kind }) => kind),
        ).toEqual(["stopped", "done"]);
        expect(resumed.saved).toEqual(["words"]);
        expect(resumed.closed).toBe("The training was closed.");
        const model = "model/model.safetensors";
        expect(sha256(Buffer.from(resumed.files[model] ?? "", "base64"))).toBe(
          sha256(readFileSync(join(here.folder, model))),
        );
        expect(resumed.results).toEqual(here.results.filter(({ split }) => split === "test"));
        const trained = await load(here.folder, { engine: "onnx:wasm", threads: 1 });
        expect(resumed.predictions).toEqual(
          JSON.parse(JSON.stringify(await trained.predictTasks([{ word: "adore" }]))),
        );
        await trained.dispose();
        expect(resumed.report).toMatch(/^<!doctype html>.*<svg/s);
      },
    );
  },
);

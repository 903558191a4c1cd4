import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Site, findChromium, launchChromium } from "./chromium.ts";
import type { Kept, KeptPage, KeptTraining } from "./kept-page.ts";
import { texts } from "./projects.ts";
import { buildPage, servePage } from "./site.ts";

const minutes = 60_000;
const executable = findChromium();

/** A training that is long enough that its page can be closed in its middle. */
function job(keep: string) {
  const { specification, files } = texts();
  const text = (files[specification] ?? "").replace("epochs: 1 ", "epochs: 5 ");
  return {
    specification,
    files: { ...files, [specification]: text },
    engine: "onnx:wasm",
    threads: 1,
    seed: 3,
    keep,
  } as const;
}

describe.skipIf(executable === undefined)(
  `a run that is kept in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    let site: Site;
    let browser: Browser;
    let context: BrowserContext;
    /** The outcome of a training that is not interrupted. */
    let whole: KeptTraining;

    beforeAll(async () => {
      const built = await buildPage({
        page: "test/browser/kept-page.ts",
        "training-worker": "runtime/browser/training-worker.ts",
      });
      [site, browser] = await Promise.all([servePage(built), launchChromium(executable ?? "")]);
      context = await browser.newContext();
    }, minutes);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    const opened = async (within: BrowserContext = context): Promise<Page> => {
      const page = await within.newPage();
      await page.goto(site.address);
      await page.waitForFunction("globalThis.keptPage !== undefined");
      return page;
    };
    const trainedIn = (page: Page, keep: string, how: "train" | "trainRefused" = "train"): Promise<KeptTraining> =>
      page.evaluate(([name, given]) => (globalThis as unknown as { keptPage: KeptPage }).keptPage[name](given), [
        how,
        job(keep),
      ] as const);
    const begunIn = (page: Page, keep: string): Promise<string> =>
      page.evaluate((given) => (globalThis as unknown as { keptPage: KeptPage }).keptPage.begin(given), job(keep));
    const keptIn = (page: Page): Promise<Kept> =>
      page.evaluate(() => (globalThis as unknown as { keptPage: KeptPage }).keptPage.kept());

    test("that the browser refuses to store ends as any other, and says so", { timeout: minutes }, async () => {
      const page = await opened();
      whole = await trainedIn(page, "refused", "trainRefused");
      expect(whole.end.kind).toBe("done");
      expect(whole.continuedAfter).toBe(0);
      expect(whole.warnings).toEqual([
        "The run is not kept in this browser: Access is denied for this document. The training continues; what is not kept is lost when the page is closed.",
      ]);
      expect(await keptIn(page)).toEqual({ names: [], runs: [] });
      await page.close();
    });

    test(
      "continues after its page was closed in the middle, with the bits of one that was not",
      { timeout: minutes },
      async () => {
        const first = await opened();
        expect(await begunIn(first, "words")).toBe("kept");
        await first.close();

        const page = await opened();
        const { names, runs } = await keptIn(page);
        expect(names).toEqual(["words"]);
        const [run] = runs;
        expect(run).toMatchObject({ name: "words", stage: "fit", total: Object.keys(whole.losses).length });
        expect(run).toMatchObject({ isDone: false, loss: whole.losses[run?.step ?? 0] });

        const resumed = await trainedIn(page, "words");
        expect(resumed.continuedAfter).toBeGreaterThanOrEqual(run?.step ?? Infinity);
        expect(resumed.continuedAfter).toBeLessThan(run?.total ?? 0);
        for (const [step, loss] of Object.entries(resumed.losses))
          expect([step, loss]).toEqual([step, whole.losses[Number(step)]]);
        expect(resumed.end).toEqual(whole.end);
        expect((await keptIn(page)).runs).toMatchObject([{ isDone: true, isOpen: true, step: run?.total }]);

        // The page has the model still: what another one trains under the name does not replace it.
        const second = await opened();
        expect(await begunIn(second, "words")).toContain("another page keeps a run under the same name");
        expect((await keptIn(second)).runs).toMatchObject([{ isDone: true, isOpen: true }]);
        await second.close();
        await page.close();

        const last = await opened();
        await expect.poll(async () => (await keptIn(last)).runs[0]?.isOpen).toBe(false);
        await last.evaluate(() => (globalThis as unknown as { keptPage: KeptPage }).keptPage.forget("words"));
        expect(await keptIn(last)).toEqual({ names: [], runs: [] });
        await last.close();
      },
    );

    test("trains on where the storage is full, and says so", { timeout: minutes }, async () => {
      // A browser looks at its quota once in a while: a window of its own has not looked yet.
      const small = await browser.newContext();
      const page = await opened(small);
      const session = await small.newCDPSession(page);
      await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(site.address).origin, quotaSize: 10_000 });
      const full = await trainedIn(page, "full");
      expect(full.end).toEqual(whole.end);
      expect(full.warnings).toEqual([
        "The run is not kept in this browser: its storage is full. The training continues; what is not kept is lost when the page is closed.",
      ]);
      expect(await keptIn(page)).toEqual({ names: [], runs: [] });
      await page.close();
    });
  },
);

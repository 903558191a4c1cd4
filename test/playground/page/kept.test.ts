import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import { type SharedState, fragmentOf } from "../../../playground/state/url-state.ts";
import { sidesExample, sidesText, sums, sumsTable } from "../sides.ts";
import type { MadeExample } from "../example-files.ts";
import { checked, describePlayground, minutes, train, trained, violations } from "./playground.ts";

/** The task with enough steps that its page can be closed in the middle of a training. */
async function longExample(): Promise<MadeExample> {
  const example = await sidesExample();
  return {
    ...example,
    state: { ...example.state, files: { "sides.mtl": sidesText.replace("steps: 40", "steps: 4000") } },
  };
}

/** Pauses in the page itself, as soon as there is something to keep: a click from outside may come when all is over. */
const pauses = `(() => {
  const isFar = document.querySelector(".progress progress")?.value > 400;
  if (isFar) document.querySelector(".controls button").click();
  return isFar;
})()`;

const button = (page: Page, name: string) => page.locator(".controls").getByRole("button", { name, exact: true });

describePlayground("a training whose page is closed", { examples: async () => [await longExample()] }, (playground) => {
  /** Opens a page in a window that keeps its storage. */
  const openIn = async (context: BrowserContext, state: SharedState): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(playground.site.address + (await fragmentOf(state)));
    await checked(page);
    return page;
  };
  const windowOf = async (): Promise<BrowserContext> => {
    const context = await playground.browser.newContext({ reducedMotion: "reduce" });
    playground.listen(context);
    return context;
  };

  test(
    "goes on where it was kept, and ends with the numbers of one that was not; its model is there later",
    async () => {
      const { state } = await longExample();
      const context = await windowOf();
      const first = await openIn(context, state);
      await first.getByRole("button", { name: "Train", exact: true }).click();
      // The first checkpoint is after a tenth of the steps. It is kept soon after, also while the training is paused.
      await first.waitForFunction(pauses);
      await first.waitForTimeout(300);
      await first.close();

      const page = await openIn(context, state);
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.locator(".controls", { hasText: "Interrupted. Stage fit" }).waitFor();
      const steps = Number(await page.locator(".progress progress").getAttribute("value"));
      expect(steps).toBeGreaterThan(0);
      expect(steps).toBeLessThan(4000);
      expect(await violations(page)).toEqual([]);

      // A changed text has no run to continue.
      await page.locator(".cm-line", { hasText: "steps: 4000" }).click();
      await page.keyboard.press("End");
      await page.keyboard.type("0");
      await button(page, "Start training").waitFor();
      await page.keyboard.press("Backspace");
      await button(page, "Resume").click();
      const loss = await trained(page);
      // The curves have the steps from before, too: they begin at the left.
      const points = await page.locator(".chart polyline").first().getAttribute("points");
      expect(Number(points?.split(",")[0])).toBeLessThan(60);
      await page.close();

      const later = await openIn(context, state);
      await later.getByRole("tab", { name: "Train" }).click();
      await button(later, "Open model").click();
      expect(await trained(later)).toBe(loss);
      await later.getByRole("tab", { name: "Results" }).click();
      await later.locator(".confusion").waitFor();
      await later.getByRole("tab", { name: "Train" }).click();
      await button(later, "Train again").click();
      // This training begins at the first step.
      await later.waitForFunction("document.querySelector('.progress progress')?.value < 3600");
      expect(await trained(later)).toBe(loss);
      await context.close();
    },
    3 * minutes,
  );

  test(
    "of the reader's own files asks for them, and is forgotten if the reader wants it",
    async () => {
      const context = await windowOf();
      const file = { name: "sums.csv", mimeType: "text/csv", buffer: Buffer.from(sumsTable) };
      const first = await openIn(context, sums);
      await first.getByRole("tab", { name: "Train" }).click();
      await first.getByLabel("Use own files").setInputFiles(file);
      const loss = await train(first);
      await first.close();

      const page = await openIn(context, sums);
      await page.getByRole("tab", { name: "Train" }).click();
      await page.locator(".kept", { hasText: "choose the same ones below" }).waitFor();
      expect(await button(page, "Open model").getAttribute("aria-disabled")).toBe("true");
      await page.getByLabel("Use own files").setInputFiles(file);
      await button(page, "Open model").click();
      expect(await trained(page)).toBe(loss);
      await page.close();

      const last = await openIn(context, sums);
      await last.getByRole("tab", { name: "Train" }).click();
      await last.getByRole("button", { name: "Forget it" }).click();
      await button(last, "Start training").waitFor();
      await last.reload();
      await checked(last);
      await last.getByRole("tab", { name: "Train" }).click();
      await last.waitForTimeout(300);
      expect(await last.locator(".kept").count()).toBe(0);
      await context.close();
    },
    2 * minutes,
  );
});

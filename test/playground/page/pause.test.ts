import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { fragmentOf } from "../../../playground/state/url-state.ts";
import type { MadeExample } from "../example-files.ts";
import { sidesExample, sidesText } from "../sides.ts";
import { describePlayground, minutes, train, trained } from "./playground.ts";

/** The task with enough steps that a reader can pause it. */
async function longExample(): Promise<MadeExample> {
  const example = await sidesExample();
  const files = { "sides.mtl": sidesText.replace("steps: 40", "steps: 4000") };
  return { ...example, state: { ...example.state, files } };
}

const steps = async (page: Page): Promise<number> =>
  Number(await page.locator(".progress progress").getAttribute("value"));

const button = (page: Page, name: string) => page.locator(".controls").getByRole("button", { name, exact: true });

describePlayground("a training", { examples: async () => [await longExample()] }, (playground) => {
  test(
    "that is started while its worker still loads the engine trains",
    async () => {
      const page = await playground.browser.newPage({ serviceWorkers: "block" });
      playground.listen(page.context());
      let asked = (): void => undefined;
      let start = (): void => undefined;
      const [isAsked, isStarted] = [
        new Promise<void>((now) => (asked = now)),
        new Promise<void>((now) => (start = now)),
      ];
      await page.route(/\/ort.*\.wasm$/u, async (route) => {
        asked();
        await isStarted;
        await route.continue();
      });
      await page.goto(playground.site.address + (await fragmentOf((await longExample()).state)));
      await isAsked;
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.locator(".controls", { hasText: "Loading the engine" }).waitFor();
      start();
      await page.locator(".progress progress").waitFor();
      await page.close();
    },
    minutes,
  );

  test(
    "that is paused, continued, stopped and resumed ends with the numbers of one that is not",
    async () => {
      const plain = await playground.openExample(await longExample());
      const loss = await train(plain);
      const metrics = async (page: Page): Promise<string> => {
        await page.getByRole("tab", { name: "Results" }).click();
        return page.locator(".results table").first().innerText();
      };
      const expected = await metrics(plain);
      await plain.close();

      const page = await playground.openExample(await longExample());
      await page.getByRole("button", { name: "Train", exact: true }).click();
      // The first step of a training takes longest.
      await page.locator(".progress progress").waitFor();
      await button(page, "Pause").click();
      await page.locator(".controls", { hasText: "Paused." }).waitFor();
      // The update that was running when the reader asked may still end.
      await page.waitForTimeout(100);
      const paused = await steps(page);
      await page.waitForTimeout(300);
      expect(await steps(page)).toBe(paused);
      expect(paused).toBeLessThan(4000);
      await button(page, "Continue").click();
      await page.waitForFunction(`document.querySelector(".progress progress").value > ${paused}`);
      await button(page, "Stop").click();
      await page.locator(".controls", { hasText: "Stopped." }).waitFor();
      expect(await steps(page)).toBeLessThan(4000);
      await button(page, "Resume").click();
      expect(await trained(page)).toBe(loss);
      expect(await metrics(page)).toBe(expected);
      await page.close();
    },
    4 * minutes,
  );
});

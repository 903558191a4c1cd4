import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium } from "../browser/chromium.ts";
import { type BuiltSite, servePlayground } from "./site.ts";

const executable = findChromium();
const minutes = 60_000;

describe.skipIf(executable === undefined)(
  `the playground in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    let site: BuiltSite;
    let browser: Browser;
    const complaints: string[] = [];

    beforeAll(async () => {
      [site, browser] = await Promise.all([servePlayground(), launchChromium(executable ?? "")]);
    }, 3 * minutes);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    async function open(hash = ""): Promise<Page> {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
      page.on("pageerror", ({ message }) => void complaints.push(message));
      await page.goto(site.address + hash);
      await page.locator(".problems .dot.fine").waitFor();
      return page;
    }

    /** The text without the shapes that the editor shows within it. */
    const textOf = (page: Page): Promise<string> =>
      page.evaluate<string>(`(() => {
        const content = document.querySelector(".cm-content").cloneNode(true);
        for (const hint of content.querySelectorAll(".hint")) hint.remove();
        return [...content.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\\n");
      })()`);

    test(
      "a text is checked and drawn as one types; a mistake is mended by a click; the link shows it again",
      async () => {
        const page = await open("#example=digit_reader");
        await page.locator(".picture .node").first().waitFor();

        await page.locator(".cm-line", { hasText: "stream seen" }).click();
        await page.keyboard.press("End");
        await page.keyboard.type(" -> nrm");
        const problem = page.locator(".problems li", { hasText: "nrm" });
        await problem.waitFor();
        await page.locator(".picture.earlier").waitFor();
        await problem.locator(".fix", { hasText: "norm" }).first().click();
        await page.locator(".problems .dot.fine").waitFor();
        await page.locator(".picture:not(.earlier) .node.stream", { hasText: "norm" }).waitFor();
        expect(await textOf(page)).toContain("picture -> eyes -> norm");

        // The link.
        await page.getByRole("button", { name: "Share" }).click();
        const link = page.getByRole("textbox", { name: "Link" });
        await page.waitForFunction("document.querySelector('dialog input').value !== ''");
        const again = await open(new URL(await link.inputValue()).hash);
        expect(await textOf(again)).toContain("picture -> eyes -> norm");
        await page.close();
        await again.close();
      },
      minutes,
    );

    test("nothing was complained of", () => {
      expect(complaints).toEqual([]);
    });
  },
);

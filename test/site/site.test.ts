import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { findChromium, launchChromium } from "../browser/chromium.ts";
import { expectToLookAsBefore } from "../playground/look-alike.ts";
import { checked, minutes, textOf, violations } from "../playground/page/playground.ts";
import { type ServedFolder, serveFolder } from "../playground/site.ts";
import { type BuiltSite, builtSite } from "./built-site.ts";

interface Look {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

const executable = findChromium();

describe.skipIf(executable === undefined)(
  `the site of the documentation in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    let built: BuiltSite;
    let site: ServedFolder;
    let browser: Browser;
    const complaints: string[] = [];

    beforeAll(async () => {
      built = await builtSite(inject("playground"));
      [site, browser] = await Promise.all([serveFolder(built.folder), launchChromium(executable ?? "")]);
    }, 10 * minutes);
    afterEach(() => expect(complaints.splice(0)).toEqual([]));
    afterAll(async () => {
      await browser?.close();
      await site?.close();
      await built?.remove();
    });

    async function open(path: string, { width = 1280, colorScheme = "light" }: Look = {}): Promise<Page> {
      const page = await browser.newPage({
        viewport: { width, height: 800 },
        colorScheme,
        reducedMotion: "reduce",
      });
      page.on("console", (message) => {
        const { url } = message.location();
        // A playground that was built for tests has no data and no icon.
        if (message.type() === "error" && !/\/playground\/(?:data\/index\.json|icon\.svg)$/u.test(url))
          complaints.push(`${message.text()} ${url}`);
      });
      page.on("pageerror", ({ message }) => void complaints.push(message));
      await page.goto(site.address + path, { waitUntil: "networkidle" });
      return page;
    }

    test.each([
      ["home", "", 1280, "light"],
      ["home", "", 1280, "dark"],
      ["home", "", 390, "light"],
      ["tour", "tour.html", 1280, "dark"],
      ["tour", "tour.html", 390, "light"],
    ] as const)(
      "%s %s looks as it was reviewed at %i pixels and in %s, is no wider than its window, and is accessible",
      async (name, path, width, colorScheme) => {
        const page = await open(path, { width, colorScheme });
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(await violations(page)).toEqual([]);
        const look = `${name}-${width === 390 ? "narrow" : "wide"}-${colorScheme}`;
        await expectToLookAsBefore(`test/site/screenshots/${look}.png`, await page.screenshot());
        await page.close();
      },
      minutes,
    );

    test(
      "a listing of the tour opens in the playground, which checks and draws it",
      async () => {
        const page = await open("tour.html");
        const listing = page.locator(".whole-listing").first();
        const text = await listing.locator("code").innerText();
        await listing.locator(".open-in-playground").click();
        await page.waitForURL(/playground\/index\.html#/u);
        await checked(page);
        expect((await textOf(page)).trim()).toBe(text.trim());
        await page.locator(".picture .node.task").first().waitFor();
        await page.close();
      },
      minutes,
    );

    test(
      "the search finds a diagnostic by its code",
      async () => {
        const page = await open("tour.html");
        const search = page.locator(".VPLocalSearchBox input");
        // A page answers keys once its script has run.
        const isOpen = async (): Promise<boolean> => {
          await page.keyboard.press("Control+k");
          return search.isVisible();
        };
        await expect.poll(isOpen, { timeout: minutes / 2, interval: 300 }).toBe(true);
        await search.fill("MTL4002");
        await page.locator(".VPLocalSearchBox .result", { hasText: "shape_mismatch" }).first().click();
        await page.waitForURL(/diagnostics\.html#mtl4002/u);
        await page.getByRole("heading", { name: /^MTL4002/u }).waitFor();
        await page.close();
      },
      minutes,
    );

    test(
      "the switch makes every page dark, and the next visit too",
      async () => {
        const page = await open("");
        await page.getByRole("switch").first().click();
        await page.locator("html.dark").waitFor();
        await page.goto(`${site.address}diagnostics.html`, { waitUntil: "networkidle" });
        await page.locator("html.dark").waitFor();
        expect(await violations(page)).toEqual([]);
        await page.close();
      },
      minutes,
    );
  },
);

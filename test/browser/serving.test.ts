import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Served, serve } from "../../serving/serve.ts";
import { drawing, runOf, trainedKinds } from "../serving/model.ts";
import { findChromium, launchChromium } from "./chromium.ts";

const executable = findChromium();
const minutes = 60_000;
const token = "a-token-of-many-characters";

describe.skipIf(executable === undefined)(
  `the page of a server in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    let root = "";
    let served: Served;
    let browser: Browser;

    beforeAll(async () => {
      root = await trainedKinds();
      const runs = [{ name: "kinds", path: runOf(root) }];
      served = await serve({ runs, host: "127.0.0.1", port: 0, threads: 1, followSeconds: 0 });
      browser = await launchChromium(executable ?? "");
    }, 3 * minutes);
    afterAll(async () => {
      await browser?.close();
      await served?.close();
    });

    /** Opens the page of a server, with what the browser complains of and all that it asks of others. */
    async function open(
      of: Served,
      scheme: "light" | "dark",
      width = 900,
    ): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
      const page = await browser.newPage({ colorScheme: scheme, viewport: { width, height: 900 } });
      const problems: string[] = [];
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(of.url) && !url.startsWith("blob:")) problems.push(url);
      });
      page.on("console", (message) => void problems.push(message.text()));
      page.on("pageerror", (error) => void problems.push(String(error)));
      await page.goto(of.url);
      return { page, problems };
    }

    test("asks for the token of a server that has one", { timeout: minutes }, async () => {
      const runs = [{ name: "kinds", path: runOf(root) }];
      const guarded = await serve({ runs, host: "127.0.0.1", port: 0, threads: 1, followSeconds: 0, token });
      const { page } = await open(guarded, "light");
      await page.getByText("The server asks for a token.").waitFor();
      await page.getByLabel("Token").fill("wrong");
      await page.getByLabel("Token").press("Enter");
      await page.getByText("The token is wrong.").waitFor();
      await page.getByLabel("Token").fill(token);
      await page.getByRole("button", { name: "Use it" }).click();
      await page.getByLabel("words").waitFor();
      await page.close();
      await guarded.close();
    });

    test("has a field for each modality, and shows predictions", { timeout: minutes }, async () => {
      const { page, problems } = await open(served, "light");
      const file = join(root, "dark.svg");
      writeFileSync(file, drawing("#111"));
      await page.getByLabel("words").fill("row 3");
      await page.getByRole("group", { name: "facts" }).getByLabel("weight").fill("1.5");
      await page.getByLabel("photo").setInputFiles(file);
      await page.getByRole("button", { name: "Predict" }).click();
      await page.getByRole("heading", { name: "shade" }).waitFor();
      const answer = page.locator("#answer");
      expect(await answer.getByRole("heading").allTextContents()).toEqual(["kind", "size", "shade"]);
      expect(await answer.locator(".best").first().textContent()).toMatch(/^[ab]$/u);
      expect(await answer.getByRole("meter").count()).toBe(4);
      expect(problems).toEqual([]);
      await page.close();
    });

    test("says why an example cannot be used, and goes by the model that is chosen", { timeout: minutes }, async () => {
      const { page, problems } = await open(served, "dark");
      await page.getByLabel("Model").selectOption("kinds.kind");
      expect(await page.getByLabel("photo").count()).toBe(0);
      await page.getByLabel("words").fill("row 3");
      await page.getByLabel("words").press("Tab");
      await page.getByRole("button", { name: "Predict" }).press("Enter");
      await page.getByText("has no facts").waitFor();
      expect(problems.filter((each) => !each.includes("400"))).toEqual([]);
      await page.close();
    });

    test.each(["light", "dark"] as const)(
      "fits a telephone, and every control has a name and enough contrast: %s",
      { timeout: minutes },
      async (scheme) => {
        const { page } = await open(served, scheme, 400);
        await page.getByLabel("words").waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
        const nameless = await page.evaluate(`[...document.querySelectorAll("input, select, textarea, button")]
        .filter((control) => control.offsetParent && !control.labels?.length && !control.textContent.trim() && !control.getAttribute("aria-label"))
        .map((control) => control.outerHTML)`);
        expect(nameless).toEqual([]);
        expect(await page.evaluate(contrasts)).toEqual([]);
        await page.close();
      },
    );
  },
);

/** The visible texts whose contrast with the background is less than 4.5, as WCAG 2.2 asks for. */
const contrasts = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = parts(colour).map((part) => { const share = part / 255; return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backgroundOf = (node) => { for (let at = node; at; at = at.parentElement) { const colour = getComputedStyle(at).backgroundColor; if ((parts(colour)[3] ?? 1) > 0) return colour; } return "rgb(255, 255, 255)"; };
  return [...document.querySelectorAll("label, legend, p, h1, h2, button, a, select, input, textarea")].filter((node) => node.offsetParent && node.textContent.trim()).flatMap((node) => {
    const [one, other] = [luminance(getComputedStyle(node).color), luminance(backgroundOf(node))].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    return contrast < 4.5 ? [node.tagName + " " + node.textContent + " " + contrast.toFixed(2)] : [];
  });
})()`;

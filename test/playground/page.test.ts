import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fragmentOf } from "../../playground/state/url-state.ts";
import { findChromium, launchChromium } from "../browser/chromium.ts";
import { expectToLookAsBefore } from "./look-alike.ts";
import { sides, sums, sumsTable, writeSides } from "./sides.ts";
import { type BuiltSite, servePlayground } from "./site.ts";

const executable = findChromium();
const minutes = 60_000;
/** The most bytes that a reader downloads, compressed, until the first loss: page, service, picture, runtime, engine and data. */
const budget = 6e6;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe.skipIf(executable === undefined)(
  `the playground in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    let site: BuiltSite;
    let browser: Browser;
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const complaints: string[] = [];

    beforeAll(async () => {
      [site, browser] = await Promise.all([servePlayground(), launchChromium(executable ?? "")]);
      await writeSides(site.folder);
    }, 5 * minutes);
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    interface Look {
      readonly hash?: string;
      readonly width?: number;
      readonly colorScheme?: "light" | "dark";
    }

    async function open({ hash = "", width = 1280, colorScheme = "light" }: Look): Promise<Page> {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" });
      page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
      page.on("pageerror", ({ message }) => void complaints.push(message));
      await page.goto(site.address + hash);
      await page.locator(".problems .dot.fine").waitFor({ state: "attached" });
      return page;
    }

    /** The text without the shapes that the editor shows within it. */
    const textOf = (page: Page): Promise<string> =>
      page.evaluate<string>(`(() => {
        const content = document.querySelector(".cm-content").cloneNode(true);
        for (const hint of content.querySelectorAll(".hint")) hint.remove();
        return [...content.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\\n");
      })()`);

    /** Rules of accessibility that a page breaks, each with the elements that break it. */
    async function violations(page: Page): Promise<readonly string[]> {
      await page.evaluate(axe);
      const found = await page.evaluate<readonly Violation[]>("axe.run().then(({ violations }) => violations)");
      return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" ")}`);
    }

    /** Trains to the end, and gives the last loss as it is shown. */
    async function train(page: Page): Promise<string> {
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.locator(".controls", { hasText: "Done." }).waitFor({ timeout: 2 * minutes });
      return page.locator("#loss").innerText();
    }

    async function sharedHash(page: Page): Promise<string> {
      await page.getByRole("button", { name: "Share" }).click();
      await page.waitForFunction("document.querySelector('dialog input').value !== ''");
      const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
      await page.keyboard.press("Escape");
      return new URL(link).hash;
    }

    test(
      "a mistake is mended by a click, a model is trained, predicts a drawing, and its link trains the same",
      async () => {
        site.asked.clear();
        const page = await open({ hash: await fragmentOf(sides) });
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
        expect(await textOf(page)).toContain("mean -> norm");

        const loss = await train(page);
        expect(Number(loss)).toBeLessThan(1);
        expect(await violations(page)).toEqual([]);

        await page.getByRole("tab", { name: "Results" }).click();
        await page.locator(".confusion").waitFor();
        expect(await page.locator(".results td", { hasText: "accuracy" }).count()).toBe(1);
        expect(await page.locator(".example img").count()).toBeGreaterThan(0);
        expect(await violations(page)).toEqual([]);

        await page.getByRole("tab", { name: "Try" }).click();
        const canvas = (await page.locator("canvas").boundingBox()) ?? { x: 0, y: 0 };
        for (const right of [30, 60, 90, 110]) {
          await page.mouse.move(canvas.x + right, canvas.y + 20);
          await page.mouse.down();
          await page.mouse.move(canvas.x + right, canvas.y + 260, { steps: 4 });
          await page.mouse.up();
        }
        await page.locator(".prediction", { hasText: "left" }).locator(".answer", { hasText: "left" }).waitFor();
        expect(await violations(page)).toEqual([]);

        const again = await open({ hash: await sharedHash(page) });
        expect(await textOf(again)).toBe(await textOf(page));
        expect(await train(again)).toBe(loss);
        await page.close();
        await again.close();
      },
      4 * minutes,
    );

    test("less is downloaded until a model is trained than the budget allows", () => {
      const sizes = [...site.asked].map((name) => ({
        name,
        bytes: gzipSync(readFileSync(join(site.folder, name))).length,
      }));
      expect(sizes.map(({ name }) => name).join(" ")).toMatch(/ort-wasm.*\.wasm/u);
      const whole = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
      const table = sizes
        .toSorted((one, other) => other.bytes - one.bytes)
        .map(({ name, bytes }) => `${(bytes / 1000).toFixed(0).padStart(6)} kB  ${name}`);
      expect(whole, table.join("\n")).toBeLessThan(budget);
    });

    test(
      "a table of one's own is trained on",
      async () => {
        const page = await open({ hash: await fragmentOf(sums) });
        await page.getByRole("tab", { name: "Train" }).click();
        const file = { name: "sums.csv", mimeType: "text/csv", buffer: Buffer.from(sumsTable) };
        await page.getByLabel("Use own files").setInputFiles(file);
        await page.locator(".tables .found", { hasText: "data/sums.csv" }).waitFor();
        expect(Number(await train(page))).toBeGreaterThan(0);
        await page.close();
      },
      2 * minutes,
    );

    test(
      "the keyboard alone is enough, and a dialog gives the focus back",
      async () => {
        const page = await open({ hash: "#example=mbt" });
        await page.getByRole("button", { name: /^Examples/u }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("dialog", { name: "Examples" }).waitFor();
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        await page.getByRole("tab", { name: "Model" }).focus();
        await page.keyboard.press("ArrowRight");
        await page.locator(".cost table").first().waitFor();
        expect(await page.locator(".cost .lead").innerText()).toContain("402,569");
        await page.keyboard.press("ArrowLeft");
        await page.locator(".picture .node.task").waitFor();
        await page.locator(".picture .node.task").focus();
        await page.keyboard.press("Enter");
        await page.locator(".picture.lit .node.task.selected").waitFor();
        await page.close();
      },
      2 * minutes,
    );

    test.each([
      ["wide-light", 1280, "light"],
      ["wide-dark", 1280, "dark"],
      ["narrow-light", 390, "light"],
    ] as const)(
      "%s looks as it was reviewed, is no wider than its window, and is accessible",
      async (name, width, colorScheme) => {
        const page = await open({ hash: "#example=mbt", width, colorScheme });
        await page.locator(".picture .node").first().waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
        expect(await violations(page)).toEqual([]);
        await expectToLookAsBefore(name, await page.screenshot());
        await page.close();
      },
      2 * minutes,
    );

    test("nothing was complained of", () => {
      expect(complaints).toEqual([]);
    });
  },
);

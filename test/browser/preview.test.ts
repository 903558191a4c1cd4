import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { servePreview } from "../../language-server/preview/serve-preview.ts";
import { folderWith, mtl } from "../cli/run.ts";
import { findChromium, launchChromium } from "./chromium.ts";

const specification = `model kinds
modality words: text(max_length: 8, tokenizer: characters(size: 64))
stream read = words -> embed(8)
stream pooled = read -> mean
task kind { from: pooled  head: linear(2)  target: category("kind", classes: ["a", "b"]) }
task size { from: max(read)  head: linear(1)  target: number("size") }
dataset rows { path: "rows.jsonl"  tasks: [kind, size]  split: { train: 60%, validation: 20%, test: 20% } }
stage all { optimizer: adamw(rate: 1e-2)  batch: 4  steps: 4 }
stage heads { freeze: "read.**"  optimizer: adamw(rate: 1e-2)  batch: 4  steps: 2 }
`;

const rows = Array.from({ length: 30 }, (_, row) =>
  JSON.stringify({ words: `row ${row}`, kind: row % 2 === 0 ? "a" : "b", size: row % 7 }),
);

const executable = findChromium();
const minutes = 60_000;

describe.skipIf(executable === undefined)(
  `a preview in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    const root = folderWith({ "kinds.mtl": specification, "rows.jsonl": rows.join("\n") });
    const path = join(root, "kinds.mtl");
    const clicked: string[] = [];
    let browser: Browser;
    let [url, end] = ["", async () => {}];

    beforeAll(async () => {
      expect(await mtl(["train", "kinds.mtl", "--threads", "1"], { cwd: root })).toMatchObject({ code: 0 });
      end = await servePreview({
        path,
        port: 0,
        run: undefined,
        onOpen: (opened) => (url = opened),
        onClick: (line) => clicked.push(line),
        onError: (error) => expect.fail(String(error)),
      });
      browser = await launchChromium(executable ?? "");
    }, 3 * minutes);
    afterAll(async () => {
      await browser?.close();
      await end();
      await rm(root, { recursive: true, force: true });
    });

    async function open(width: number): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const asked: string[] = [];
      page.on("request", (request) => void asked.push(request.url()));
      await page.goto(url);
      await page.waitForSelector(".node");
      await page.waitForSelector("#run figure");
      return { page, asked };
    }

    const node = (page: Page, name: string) =>
      page.locator(".node").filter({ has: page.locator(`text[font-weight=bold]:text-is("${name}")`) });

    test(
      "shows picture, costs and run, asks for nothing from elsewhere, and is no wider than a window of a telephone",
      { timeout: minutes },
      async () => {
        const { page, asked } = await open(420);
        await page.waitForSelector("#costs table");
        expect(await page.locator("#run figcaption").allTextContents()).toContain("training loss");
        expect(await page.locator("#run td").allTextContents()).toContain("accuracy");
        expect(await page.locator("#costs").textContent()).toContain("stream read");
        expect(asked.filter((address) => !address.startsWith(url))).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(420);
        await page.close();
      },
    );

    test(
      "shows what is frozen, lights what a task is computed from, and follows the file",
      { timeout: minutes },
      async () => {
        const { page } = await open(1280);
        await expect.poll(() => node(page, "read").getAttribute("class")).toMatch(/frozen/u);
        await node(page, "size").click();
        await expect.poll(() => clicked).toEqual(["kinds.mtl:6"]);
        const opacity = async (name: string): Promise<string> => {
          const id = (await node(page, name).getAttribute("id")) ?? "";
          return page.evaluate<string>(`getComputedStyle(document.getElementById("${id}")).opacity`);
        };
        expect(await Promise.all(["words", "read", "size", "kind", "pooled"].map(opacity))).toEqual([
          "1",
          "1",
          "1",
          "0.22",
          "0.22",
        ]);
        writeFileSync(
          path,
          specification
            .replace("stream pooled = read -> mean", "stream middle = read -> mean")
            .replace("from: pooled", "from: middle"),
        );
        await expect.poll(() => node(page, "middle").count(), { timeout: 20_000 }).toBe(1);
        await page.close();
      },
    );
  },
);

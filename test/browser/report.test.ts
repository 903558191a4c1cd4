import { mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderWith, mtl } from "../cli/run.ts";
import { findChromium, launchChromium } from "./chromium.ts";

/** Long names of classes, so that tables are wider than the screen of a telephone. */
const colours = ["a-red-like-that-of-poppies", "a-green-like-that-of-moss", "a-blue-like-that-of-the-sea"] as const;

const specification = `model painted "What colour a picture has"

modality picture: image(8, 8, 3)

stream seen = picture -> patches(4) -> linear(4) -> mean

task colour { from: seen  head: linear(3)  target: category("colour", classes: [${colours.map((name) => `"${name}"`).join(", ")}]) }
task brightness { from: seen  head: linear(1)  target: number("brightness") }

dataset pictures { path: "pictures.jsonl"  tasks: [colour, brightness]  split: { train: 60%, validation: 20%, test: 20% } }

stage all { optimizer: adamw(rate: 1e-2)  batch: 4  steps: 4  clip: 1.0 }
stage heads { freeze: "seen.**"  optimizer: adamw(rate: 1e-2)  batch: 4  steps: 4 }
`;

const executable = findChromium();
const minutes = 60_000;

describe.skipIf(executable === undefined)(
  `a run's report in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    const root = folderWith({ "painted.mtl": specification });
    const report = join(root, "runs/painted-0001/report.html");
    let browser: Browser;

    beforeAll(async () => {
      await paint(root);
      expect(await mtl(["train", "painted.mtl", "--name", "painted"], { cwd: root })).toMatchObject({ code: 0 });
      browser = await launchChromium(executable ?? "");
    }, 3 * minutes);
    afterAll(async () => {
      await browser?.close();
      await rm(root, { recursive: true, force: true });
    });

    /** Opens the report and unfolds everything. It returns the page and the requests that it made. */
    async function open(
      width: number,
      colorScheme: "light" | "dark",
    ): Promise<{ readonly page: Page; readonly asked: readonly string[] }> {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const asked: string[] = [];
      page.on("request", (request) => void (request.url().startsWith("data:") || asked.push(request.url())));
      await page.goto(pathToFileURL(report).href);
      await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
      return { page, asked };
    }

    test.for([420, 1280])("is no wider than a window of %i pixels", { timeout: minutes }, async (width) => {
      const { page } = await open(width, "light");
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await page.close();
    });

    test("has dark colours if the reader prefers a dark scheme", { timeout: minutes }, async () => {
      const brightness = async (
        scheme: "light" | "dark",
      ): Promise<{ readonly page: number; readonly text: number }> => {
        const { page } = await open(1280, scheme);
        const [behind, text] = await page.evaluate<[string, string]>(
          "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h2')).color]",
        );
        await page.close();
        return { page: brightnessOf(behind), text: brightnessOf(text) };
      };
      const [light, dark] = [await brightness("light"), await brightness("dark")];
      expect(light.page - light.text).toBeGreaterThan(150);
      expect(dark.text - dark.page).toBeGreaterThan(150);
    });

    test("makes no request to other hosts, and shows every picture", { timeout: minutes }, async () => {
      const { page, asked } = await open(1280, "light");
      expect(asked).toEqual([pathToFileURL(report).href]);
      const widths = await page
        .locator("dd img")
        .evaluateAll((images) => images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth));
      expect(widths.length).toBeGreaterThan(4);
      expect(widths.every((width) => width === 8)).toBe(true);
      await page.close();
    });

    test(
      "shows the confusion matrix, the worst examples, the frozen weights, and the curves",
      { timeout: minutes },
      async () => {
        const { page } = await open(1280, "light");
        const counts = await page.locator("table.confusion").first().locator("td").allInnerTexts();
        expect(counts).toHaveLength(9);
        const { labelled, classes } = await colourStats(root);
        expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(labelled.validation);
        // The baseline is the share of the most frequent training class in validation.
        const most = classes.reduce((left, right) => (right.train > left.train ? right : left));
        const accuracy = page.getByRole("row", { name: /^colour accuracy/ }).getByRole("cell");
        expect(await accuracy.nth(3).innerText()).toBe((most.validation / labelled.validation).toFixed(4));
        expect(await page.getByText("pictures.jsonl, row").count()).toBeGreaterThan(4);
        expect(await page.getByRole("row", { name: /^heads .*seen\.\*\*/ }).count()).toBe(1);
        expect(await page.getByRole("img", { name: "training loss by steps" }).isVisible()).toBe(true);
        await page.close();
      },
    );
  },
);

async function paint(root: string): Promise<void> {
  mkdirSync(join(root, "pictures"));
  const rows = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const [kind, brightness] = [index % 3, 100 + 3 * index];
      const channel = (which: number) => (which === kind ? brightness : 20);
      const picture = `pictures/${index}.png`;
      await sharp({
        create: { width: 8, height: 8, channels: 3, background: { r: channel(0), g: channel(1), b: channel(2) } },
      })
        .png()
        .toFile(join(root, picture));
      return JSON.stringify({ picture, colour: colours[kind], brightness: brightness / 255 });
    }),
  );
  writeFileSync(join(root, "pictures.jsonl"), `${rows.join("\n")}\n`);
}

interface Rows {
  readonly train: number;
  readonly validation: number;
}

/** The number of rows of the task `colour`, in total and by class, from the statistics of the data. */
async function colourStats(root: string): Promise<{ readonly labelled: Rows; readonly classes: readonly Rows[] }> {
  const { stdout } = await mtl(["data", "stats", "painted.mtl", "--json"], { cwd: root });
  const { datasets } = JSON.parse(stdout) as {
    readonly datasets: readonly {
      readonly tasks: readonly {
        readonly task: string;
        readonly labelled: Rows;
        readonly classes: { readonly [name: string]: Rows };
      }[];
    }[];
  };
  const found = datasets[0]?.tasks.find(({ task }) => task === "colour");
  if (!found) throw new Error("there are no statistics of the task colour");
  return { labelled: found.labelled, classes: Object.values(found.classes) };
}

/** The brightness of a colour like `rgb(21, 25, 30)`, which is the mean of the three numbers. */
function brightnessOf(colour: string): number {
  const channels = [...colour.matchAll(/\d+/g)].slice(0, 3).map(Number);
  return channels.reduce((sum, channel) => sum + channel, 0) / 3;
}

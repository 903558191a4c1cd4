import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { type Browser, type Page, chromium } from "playwright-core";
import { preview } from "vite";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { writeFiles } from "../../runtime/browser/file-map.ts";
import { NotInstalled } from "../candidate.ts";
import type { Section } from "../section.ts";
import { digits, factor, table } from "../table.ts";

const example = "mbt";
/** Milliseconds that a reader looks at the page before a click on Train. */
const look = 3000;
const site = join(packageRoot(), "dist", "playground");
const places = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The outcome of a training, and the seconds that it took. */
interface Trained {
  readonly name: string;
  readonly seconds: number;
  /** The accuracy on the validation split and on the test split, in percent. */
  readonly accuracy: readonly number[];
}

interface TrainedInPage extends Trained {
  readonly firstPaint: number;
  /** Seconds from the click to the first loss: of a click that comes as soon as it can, and of one that comes later. */
  readonly firstLoss: number;
  readonly laterFirstLoss: number;
}

export const browser: Section = {
  name: "browser",
  title: "The playground beside Node",
  measured: "once",
  run: async ({ note }) => {
    const executable = places.find((place) => place !== undefined && existsSync(place));
    if (executable === undefined) throw new NotInstalled("There is no Chromium. Set CHROMIUM to its path.");
    if (!existsSync(join(site, "data", "index.json")))
      throw new NotInstalled("Run `npm run playground:data` and `npm run playground:build` first.");
    note("the page");
    const page = await inPage(executable);
    note("Node");
    const node = await inNode();
    return `The quickstart's specification on the part of its data that the playground has (${example}), trained to its end and measured: by the playground in headless Chromium, from a click on Train, and by \`mtl train\` of the same files in Node, from the start of its process. Both have \`onnx:wasm\` with one thread.

${table(
  ["training", "seconds", "accuracy, validation", "accuracy, test"],
  [page, node].map(({ name, seconds, accuracy }) => [
    name,
    digits(seconds),
    ...accuracy.map((each) => `${each.toFixed(1)} %`),
  ]),
)}

The page takes ${factor(page.seconds / node.seconds)} the time of Node. Its first paint is after ${digits(page.firstPaint)} s, and its first loss ${digits(page.firstLoss)} s after the click, which comes as soon as the text is checked, while the engine is still warmed up; after a click that comes ${look / 1000} s later, ${digits(page.laterFirstLoss)} s.`;
  },
};

async function inPage(executablePath: string): Promise<TrainedInPage> {
  const server = await preview({
    configFile: join(packageRoot(), "playground", "vite.config.ts"),
    logLevel: "error",
    preview: { port: 0 },
  });
  const opened = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const address = `${server.resolvedUrls?.local[0] ?? ""}#example=${example}`;
    const { page, clicked } = await clickTrain(opened, address, 0);
    await page.locator(".controls", { hasText: /Done\.|failed/u }).waitFor({ timeout: 0 });
    const problem = page.locator(".training .problem");
    if ((await problem.count()) > 0) throw new Error(await problem.first().innerText());
    const ended = await page.evaluate<number>("performance.now()");
    const [firstPaint, firstLoss] = [
      await timeOf(page, "first-contentful-paint"),
      await timeOf(page, "mtl-first-loss"),
    ];
    await page.getByRole("tab", { name: "Results" }).click();
    const cells = await page
      .locator(".results tr", { hasText: "accuracy" })
      .first()
      .locator("td.number")
      .allInnerTexts();
    await page.close();
    const later = await clickTrain(opened, address, look);
    return {
      name: "playground",
      seconds: (ended - clicked) / 1000,
      accuracy: cells.slice(0, 2).map((cell) => 100 * Number(cell)),
      firstPaint: firstPaint / 1000,
      firstLoss: (firstLoss - clicked) / 1000,
      laterFirstLoss: ((await timeOf(later.page, "mtl-first-loss")) - later.clicked) / 1000,
    };
  } finally {
    await opened.close();
    await server.close();
  }
}

/** A page in a browser context of its own, and the time of the click, in milliseconds since the page was asked for. */
async function clickTrain(browser: Browser, address: string, wait: number) {
  const page = await browser.newPage();
  await page.goto(address);
  // The button cannot be clicked before the text is checked.
  const train = page.getByRole("button", { name: "Train", exact: true });
  await train.click({ trial: true });
  await page.waitForTimeout(wait);
  await train.click();
  return { page, clicked: await page.evaluate<number>("performance.now()") };
}

/** Waits for a mark of the page's performance; its time in milliseconds since the page was asked for. */
async function timeOf(page: Page, mark: string): Promise<number> {
  const entries = `performance.getEntriesByName("${mark}")`;
  await page.waitForFunction(`${entries}.length > 0`, undefined, { timeout: 0 });
  return page.evaluate<number>(`${entries}[0].startTime`);
}

async function inNode(): Promise<Trained> {
  const folder = mkdtempSync(join(tmpdir(), "mtl-bench-browser-"));
  try {
    const files = unzipSync(readFileSync(join(site, "data", example, "data.zip")));
    await writeFiles(folder, files);
    const text = readFileSync(join(site, "data", example, `${example}.mtl`));
    await writeFiles(folder, { [`${example}.mtl`]: text });
    const words = ["train", join(folder, `${example}.mtl`), "--runs", join(folder, "runs")];
    const main = join(packageRoot(), "dist", "cli", "main.js");
    const began = performance.now();
    await promisify(execFile)(process.execPath, [main, ...words, "--engine", "onnx:wasm", "--threads", "1"]);
    const seconds = (performance.now() - began) / 1000;
    const [run = ""] = readdirSync(join(folder, "runs"));
    const accuracy = ["validation", "test"].map((split) => {
      const path = join(folder, "runs", run, "evaluation", `group-${split}.json`);
      const { metrics } = JSON.parse(readFileSync(path, "utf8")) as { readonly metrics: { readonly accuracy: number } };
      return 100 * metrics.accuracy;
    });
    return { name: "`mtl train` in Node", seconds, accuracy };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

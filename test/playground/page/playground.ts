import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";
import { fragmentOf } from "../../../playground/state/url-state.ts";
import { findChromium, launchChromium } from "../../browser/chromium.ts";
import { type MadeExample, exampleFiles } from "../example-files.ts";
import { type ServedFolder, serveFolder } from "../site.ts";

export const minutes = 60_000;

interface Settings {
  /** Options of Chromium's command line. */
  readonly options?: readonly string[];
  /** The examples whose data the page has. */
  readonly examples?: () => Promise<readonly MadeExample[]>;
}

interface Look {
  readonly hash?: string;
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

/** The playground as it is served to a browser. */
export class Playground {
  site!: ServedFolder;
  browser!: Browser;
  /** The errors of pages, those in their consoles among them. */
  readonly complaints: string[] = [];

  async start(launch: () => Promise<Browser>, { examples = async () => [] }: Settings): Promise<void> {
    const made = exampleFiles(await examples());
    [this.site, this.browser] = await Promise.all([serveFolder(inject("playground"), made), launch()]);
  }

  async close(): Promise<void> {
    await this.browser?.close();
    await this.site?.close();
  }

  /** Opens the page in a new window with nothing kept, and waits until its text is checked. */
  async open({ hash = "", width = 1280, colorScheme = "light" }: Look = {}): Promise<Page> {
    const page = await this.browser.newPage({
      viewport: { width, height: 800 },
      colorScheme,
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    this.listen(page.context());
    await page.goto(this.site.address + hash);
    await checked(page);
    return page;
  }

  /** Opens the page with an example's text, settings and data. */
  async openExample({ state }: MadeExample): Promise<Page> {
    return this.open({ hash: await fragmentOf(state) });
  }

  listen(context: BrowserContext): void {
    context.on("console", (message) => void (message.type() === "error" && this.complaints.push(message.text())));
    context.on("weberror", (error) => void this.complaints.push(error.error().message));
  }
}

/** Declares tests of the playground, which is built once for all of them. After each test no page may have complained. */
export function describePlayground(title: string, settings: Settings, tests: (playground: Playground) => void): void {
  const executable = findChromium();
  const skipped = executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : "";
  describe.skipIf(executable === undefined)(`${title} in headless Chromium${skipped}`, () =>
    declare(() => launchChromium(executable ?? "", "swiftshader", settings.options), settings, tests),
  );
}

/** Declares tests in a browser of any kind. */
export function declare(
  launch: () => Promise<Browser>,
  settings: Settings,
  tests: (playground: Playground) => void,
): void {
  const playground = new Playground();
  beforeAll(() => playground.start(launch, settings), 2 * minutes);
  afterEach(() => expect(playground.complaints.splice(0)).toEqual([]));
  afterAll(() => playground.close());
  tests(playground);
}

/** Waits until the text is checked and has no problem. */
export async function checked(page: Page): Promise<void> {
  await page.locator(".problems .dot.fine").waitFor({ state: "attached" });
}

/** The text of the editor, without the shapes that are shown within it. */
export function textOf(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const content = document.querySelector(".cm-content").cloneNode(true);
    for (const hint of content.querySelectorAll(".hint")) hint.remove();
    return [...content.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\\n");
  })()`);
}

/** Trains to the end, and gives the last loss as it is shown. */
export async function train(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Train", exact: true }).click();
  return trained(page);
}

/** Waits for the end of a training, and gives the last loss as it is shown. */
export async function trained(page: Page): Promise<string> {
  await page.locator(".controls", { hasText: "Done." }).waitFor({ timeout: 2 * minutes });
  return page.locator("#loss").innerText();
}

/** Draws lines on the left half of the canvas. */
export async function drawOnLeft(page: Page): Promise<void> {
  const { x, y } = (await page.locator("canvas").boundingBox()) ?? { x: 0, y: 0 };
  for (const right of [30, 60, 90, 110]) {
    await page.mouse.move(x + right, y + 20);
    await page.mouse.down();
    await page.mouse.move(x + right, y + 260, { steps: 4 });
    await page.mouse.up();
  }
}

/** The part of the shared link after `#`. */
export async function sharedHash(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  await page.waitForFunction("document.querySelector('dialog input').value !== ''");
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return new URL(link).hash;
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Rules of accessibility that a page breaks, each with the elements that break it. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<readonly Violation[]>("axe.run().then(({ violations }) => violations)");
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" ")}`);
}

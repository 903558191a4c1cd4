import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { bundle, findChromium, launchChromium, serve } from "./chromium.ts";
import { type ServicePage, servicePage } from "./service-page.ts";

const read = (name: string): string => readFileSync(join(packageRoot(), "examples", `${name}.mtl`), "utf8");
const files = {
  "mbt.mtl": read("mbt"),
  "mt_dnn.mtl": read("mt_dnn"),
  "perceiver.mtl": read("perceiver"),
  "wrong.mtl": read("mbt").replace("embed(width)", "embed(widht)"),
};

let script = "";
beforeAll(async () => {
  script = await bundle("test/browser/service-page.ts");
}, 60_000);

test("nothing that the language service imports is a module of Node", () => {
  expect(script).not.toMatch(/__vite-browser-external|["']node:/);
});

const executable = findChromium();

describe.skipIf(executable === undefined)(
  `the language service in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    test("says of the examples what it says in Node", async () => {
      const here = servicePage.seen(files);
      expect(here["wrong.mtl"]?.diagnostics[0]).toMatch("MTL2002");
      expect(here["mbt.mtl"]).toMatchObject({ diagnostics: [], hover: expect.stringContaining("[") });
      expect(here["mbt.mtl"]?.edits).toBeGreaterThan(1);
      const site = await serve(script, packageRoot());
      const browser = await launchChromium(executable ?? "");
      try {
        const page = await browser.newPage();
        await page.goto(site.address);
        await page.waitForFunction("globalThis.servicePage !== undefined");
        const there = await page.evaluate(
          (each) => (globalThis as unknown as { servicePage: ServicePage }).servicePage.seen(each),
          files,
        );
        expect(there).toEqual(JSON.parse(JSON.stringify(here)));
      } finally {
        await browser.close();
        await site.close();
      }
    }, 120_000);
  },
);

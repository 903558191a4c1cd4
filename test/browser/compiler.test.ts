import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileProgram, createMemoryHost } from "../../compiler/index.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Site, bundle, findChromium, launchChromium, serve } from "./chromium.ts";
import type { Checked, CompilerPage } from "./compiler-page.ts";

const example = readFileSync(join(packageRoot(), "examples", "mbt.mtl"), "utf8");
const misspelt = example.replace("embed(width)", "embed(widht)");

/** The same counts from the compiler in Node. */
function inNode(text: string): Checked["nodes"] {
  const { program } = compileProgram({ entry: "mbt.mtl", host: createMemoryHost({ "mbt.mtl": text }) });
  const stage = program?.specification.stages[0];
  const plan = stage && program.plan(stage.name);
  return Object.fromEntries((plan?.stage.tasks ?? []).map((task) => [task, plan?.step(task).nodes.length ?? 0]));
}

let script = "";
beforeAll(async () => {
  script = await bundle("test/browser/compiler-page.ts");
}, 60_000);

function expectToCheck(check: CompilerPage["check"]): void {
  expect(check({ "mbt.mtl": example }, "mbt.mtl")).toEqual({ problems: "", nodes: inNode(example) });
  const { problems } = check({ "mbt.mtl": misspelt }, "mbt.mtl");
  expect(problems).toContain("MTL2002");
  expect(problems).toContain("embed(widht)");
}

test("nothing that `mtl/compiler` imports is a module of Node", () => {
  expect(script).not.toMatch(/__vite-browser-external|["']node:/);
});

test("`mtl/compiler` checks an example in a JavaScript context that has only the language and its text codecs", () => {
  const context = createContext({ TextDecoder, TextEncoder });
  // A script exports nothing.
  runInContext(script.replace(/^export default /m, ""), context);
  expectToCheck((context as unknown as { compilerPage: CompilerPage }).compilerPage.check);
});

const executable = findChromium();

describe.skipIf(executable === undefined)(
  `mtl/compiler in headless Chromium${executable === undefined ? " (skipped: there is none; set CHROMIUM to its path)" : ""}`,
  () => {
    let site: Site;
    let browser: Browser;

    beforeAll(async () => {
      site = await serve(script, packageRoot());
      browser = await launchChromium(executable ?? "");
    });
    afterAll(async () => {
      await browser?.close();
      await site?.close();
    });

    test("checks an example, and names a mistake in it", async () => {
      const page = await browser.newPage();
      await page.goto(site.address);
      await page.waitForFunction("globalThis.compilerPage !== undefined");
      const check = (text: string) =>
        page.evaluate(
          (each) =>
            (globalThis as unknown as { compilerPage: CompilerPage }).compilerPage.check(
              { "mbt.mtl": each },
              "mbt.mtl",
            ),
          text,
        );
      const [whole, wrong] = [await check(example), await check(misspelt)];
      expectToCheck((files) => (files["mbt.mtl"] === example ? whole : wrong));
    });
  },
);

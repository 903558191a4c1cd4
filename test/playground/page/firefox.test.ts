import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { train as trainInNode } from "../../../runtime/index.ts";
import { findFirefox, launchFirefox } from "../../browser/firefox.ts";
import { folderWith } from "../../cli/run.ts";
import { writeAll } from "../example-files.ts";
import { sides, sidesExample } from "../sides.ts";
import { declare, drawOnLeft, minutes, textOf, train } from "./playground.ts";

const executable = findFirefox();
const settings = { examples: async () => [await sidesExample()] };
const root = folderWith({});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The last loss of a training of the text in Node, as the page shows it. */
async function lossInNode(text: string): Promise<string> {
  const example = await sidesExample();
  await writeAll({ ...example.files, [sides.name]: Buffer.from(text) }, root);
  let last = Number.NaN;
  await trainInNode({
    specification: join(root, sides.name),
    engine: "onnx:wasm",
    threads: 1,
    runs: join(root, "runs"),
    observer: { onStep: ({ loss }) => (last = loss) },
  });
  return last.toPrecision(6);
}

describe.skipIf(executable === undefined)(
  `the playground in headless Firefox${executable === undefined ? " (skipped: there is none; set FIREFOX to its path)" : ""}`,
  () =>
    declare(
      () => launchFirefox(executable ?? ""),
      settings,
      (playground) => {
        test(
          "checks, mends, draws, trains to the loss of Node, and predicts a drawing",
          async () => {
            const page = await playground.openExample(await sidesExample());
            await page.locator(".cm-line", { hasText: "stream seen" }).click();
            await page.keyboard.press("End");
            await page.keyboard.type(" -> nrm");
            await page.locator(".problems .fix", { hasText: "norm" }).first().click();
            await page.locator(".picture:not(.earlier) .node.stream", { hasText: "norm" }).waitFor();
            expect(await train(page)).toBe(await lossInNode(await textOf(page)));
            await page.getByRole("tab", { name: "Results" }).click();
            await page.locator(".confusion").waitFor();
            await page.getByRole("tab", { name: "Try" }).click();
            await drawOnLeft(page);
            await page.locator(".prediction", { hasText: "left" }).locator(".answer", { hasText: "left" }).waitFor();
            await page.close();
          },
          3 * minutes,
        );
      },
    ),
);

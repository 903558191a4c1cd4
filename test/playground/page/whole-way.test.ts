import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import {
  budget,
  dataBudget,
  downloadTable,
  downloadsOf,
  filesUntilTraining,
} from "../../../playground/build/downloads.ts";
import { sidesExample } from "../sides.ts";
import { describePlayground, drawOnLeft, minutes, sharedHash, textOf, train, violations } from "./playground.ts";

describePlayground("the playground", { examples: async () => [await sidesExample()] }, (playground) => {
  test(
    "a mistake is mended by a click, a model is trained, predicts a drawing, and its link trains the same",
    async () => {
      playground.site.asked.clear();
      const page = await playground.openExample(await sidesExample());
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
      await drawOnLeft(page);
      await page.locator(".prediction", { hasText: "left" }).locator(".answer", { hasText: "left" }).waitFor();
      expect(await violations(page)).toEqual([]);

      const again = await playground.open({ hash: await sharedHash(page) });
      expect(await textOf(again)).toBe(await textOf(page));
      expect(await train(again)).toBe(loss);
      await page.close();
      await again.close();
    },
    4 * minutes,
  );

  test("less is downloaded until a model is trained than the budget allows, with the largest data of an example", async () => {
    const { asked } = playground.site;
    const contentOf = (name: string): Promise<Uint8Array> => playground.site.contentOf(name);
    const assets = await readdir(join(inject("playground"), "assets"));
    const parts = await filesUntilTraining(["index.html", ...assets.map((name) => `assets/${name}`)], contentOf);
    // The build lists no file that is not loaded.
    expect([...parts.keys()].filter((name) => !asked.has(name))).toEqual([]);
    // A page also keeps files for the time without a network, when it has been open for some seconds.
    for (const [names, most] of [
      [parts.keys(), budget - dataBudget],
      [asked, budget],
    ] as const) {
      const downloads = await downloadsOf(names, parts, contentOf);
      const whole = downloads.reduce((sum, { bytes }) => sum + bytes, 0);
      expect(whole, downloadTable(downloads)).toBeLessThan(most);
    }
  });
});

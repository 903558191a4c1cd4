import { expect, test } from "vitest";
import { expectToLookAsBefore } from "../look-alike.ts";
import { describePlayground, minutes, violations } from "./playground.ts";

describePlayground("the look of the playground", {}, (playground) => {
  test.each([
    ["wide-light", 1280, "light"],
    ["wide-dark", 1280, "dark"],
    ["narrow-light", 390, "light"],
  ] as const)(
    "%s looks as it was reviewed, is no wider than its window, and is accessible",
    async (name, width, colorScheme) => {
      const page = await playground.open({ hash: "#example=mbt", width, colorScheme });
      await page.locator(".picture .node").first().waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await violations(page)).toEqual([]);
      await expectToLookAsBefore(`test/playground/screenshots/${name}.png`, await page.screenshot());
      await page.close();
    },
    2 * minutes,
  );
});

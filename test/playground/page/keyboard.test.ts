import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { sidesExample } from "../sides.ts";
import { describePlayground, minutes, textOf, trained, violations } from "./playground.ts";

/** The name of the element that has the keyboard, as a screen reader says it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(`(() => {
    const { activeElement: element } = document;
    return (element.getAttribute("aria-label") ?? element.textContent).trim();
  })()`);

/** Presses Tab until the element has the keyboard. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let pressed = 0; pressed < 40; pressed++) {
    await page.keyboard.press("Tab");
    if (name.test(await focused(page))) return;
  }
  throw new Error(`Tab does not lead to ${String(name)}`);
}

describePlayground("the keyboard", { examples: async () => [await sidesExample()] }, (playground) => {
  test(
    "opens an example, and a dialog gives the focus back",
    async () => {
      const page = await playground.open();
      await page.keyboard.press("Escape");
      await tabTo(page, /^Examples/u);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Examples" }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
      expect(await focused(page)).toMatch(/^Examples/u);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Examples" }).waitFor();
      await tabTo(page, /bottleneck/iu);
      await page.keyboard.press("Enter");
      await page.waitForFunction("document.querySelector('.cm-content').textContent.includes('emoji_mbt')");
      await page.close();
    },
    2 * minutes,
  );

  test(
    "writes, reads costs, picks a node, trains and predicts, without a pointer",
    async () => {
      const page = await playground.openExample(await sidesExample());
      await page.keyboard.press("Control+End");
      await page.keyboard.type("mistake");
      await page.locator(".problems .state .dot.error").waitFor({ state: "attached" });
      await page.keyboard.press("Control+z");
      await page.locator(".problems .dot.fine").waitFor();
      expect(await textOf(page)).not.toContain("mistake");
      await page.keyboard.press("Escape");
      await tabTo(page, /^Model$/u);
      await page.keyboard.press("ArrowRight");
      await page.locator(".cost table").first().waitFor();
      await page.keyboard.press("ArrowLeft");
      await page.locator(".picture .node.task").first().waitFor();
      await tabTo(page, /side/u);
      await page.keyboard.press("Enter");
      await page.locator(".picture .node.selected", { hasText: "side" }).waitFor();

      await page.keyboard.press("Shift+Tab");
      for (let pressed = 0; (await focused(page)) !== "Model" && pressed < 20; pressed++)
        await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await tabTo(page, /^Start training$/u);
      await page.keyboard.press("Enter");
      expect(Number(await trained(page))).toBeLessThan(1);
      expect(await focused(page)).toBe("Train again");
      await page.close();
    },
    2 * minutes,
  );
});

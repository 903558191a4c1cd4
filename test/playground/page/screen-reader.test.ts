import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { sidesExample } from "../sides.ts";
import { describePlayground, drawOnLeft, minutes, trained } from "./playground.ts";

interface ReadNode {
  readonly role: string;
  readonly name: string;
  readonly isFocusable: boolean;
}

/** The nodes that a screen reader reads, in its order. */
async function readNodes(page: Page): Promise<readonly ReadNode[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return (
    nodes
      // A screen reader passes over nodes without a role.
      .filter(({ ignored, role }) => !ignored && role?.value !== "generic")
      .map(({ role, name, properties = [] }) => ({
        role: String(role?.value),
        name: String(name?.value ?? ""),
        isFocusable: properties.some((each) => each.name === "focusable" && each.value.value === true),
      }))
  );
}

/** Everything that has the keyboard has a name; so has every picture, article and bar. */
const nameless = async (page: Page): Promise<readonly ReadNode[]> =>
  (await readNodes(page)).filter(
    ({ role, name, isFocusable }) =>
      name === "" && (isFocusable || ["image", "article", "progressbar", "region", "dialog"].includes(role)),
  );

describePlayground("a screen reader", { examples: async () => [await sidesExample()] }, (playground) => {
  test(
    "has a name for all that it meets, and says how far a training is without saying every step",
    async () => {
      const page = await playground.openExample(await sidesExample());
      await page.locator(".picture .node.task").first().waitFor();
      expect(await nameless(page)).toEqual([]);
      expect((await readNodes(page)).filter(({ name }) => /^task side\b/u.test(name))).toHaveLength(1);

      await page.getByRole("tab", { name: "Train" }).click();
      await page.evaluate(`(() => {
        globalThis.announced = [];
        const live = '[role="status"], [role="alert"], [aria-live], output';
        new MutationObserver((changes) => {
          for (const { target } of changes) {
            const region = (target.parentElement ?? target).closest(live);
            const text = region?.textContent.trim() ?? "";
            if (text !== "" && announced.at(-1) !== text) announced.push(text);
          }
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
      })()`);
      const start = page.getByRole("button", { name: "Start training" });
      await start.focus();
      await page.keyboard.press("Enter");
      await page.locator(".controls", { hasText: "Stop" }).waitFor();
      expect(await page.evaluate("document.activeElement.closest('.controls') !== null")).toBe(true);
      await trained(page);
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Train again");
      const announced = await page.evaluate<readonly string[]>("globalThis.announced");
      expect(announced[0]).toBe("The training begins.");
      expect(announced).toContainEqual(expect.stringMatching(/^Stage fit: 50 %, loss \d/u));
      expect(announced.at(-1)).toBe("The training is done.");
      expect(announced.length).toBeLessThan(9);
      expect(await nameless(page)).toEqual([]);

      await page.getByRole("tab", { name: "Results" }).click();
      await page.locator(".confusion").waitFor();
      expect(await nameless(page)).toEqual([]);
      const headings = await page.getByRole("tabpanel").getByRole("heading", { level: 2 }).allInnerTexts();
      expect(headings[0]).toBe("Metrics");

      await page.getByRole("tab", { name: "Try" }).click();
      await drawOnLeft(page);
      await page.getByRole("region", { name: "Prediction of side" }).waitFor();
      expect(await nameless(page)).toEqual([]);
      await page.close();
    },
    2 * minutes,
  );

  test.each(["Examples", "Export", "Share"])(
    "has a name for all of the dialog %s",
    async (title) => {
      const page = await playground.openExample(await sidesExample());
      await page.getByRole("button", { name: new RegExp(`^${title}`, "u") }).click();
      await page.getByRole("dialog", { name: title }).waitFor();
      expect(await nameless(page)).toEqual([]);
      await page.close();
    },
    2 * minutes,
  );
});

import { readFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { fragmentOf } from "../../../playground/state/url-state.ts";
import { sides, sidesExample, sidesText } from "../sides.ts";
import { checked, describePlayground, minutes, sharedHash, textOf, train, violations } from "./playground.ts";

const blocks = `/// Fewer numbers.
block smaller(x: tokens, width: int): tokens {
  return x -> linear(width)
}
`;
const model = `import { smaller } from "lib/blocks.mtl"\n\n${sidesText.replace("linear(8)", "smaller(8)")}`;
const files = { "sides.mtl": model, "lib/blocks.mtl": blocks };

/** Puts the cursor on a word of the text. */
async function putCursorOn(page: Page, line: string, word: string): Promise<void> {
  const found = page.locator(".cm-line", { hasText: line }).first();
  await found.click();
  await page.keyboard.press("Home");
  const text = await found.innerText();
  for (let at = 0; at <= text.indexOf(word); at++) await page.keyboard.press("ArrowRight");
}

const file = (page: Page, name: string) => page.getByRole("tab", { name });
/** Waits until a file is the one that is shown. */
const isShown = (page: Page, name: string) =>
  page.locator(".bar [role=tab][aria-selected=true]", { hasText: name }).waitFor();

describePlayground(
  "a specification of several files",
  { examples: async () => [await sidesExample()] },
  (playground) => {
    test(
      "is read, mended and renamed across its files, trained, shared and exported as a whole",
      async () => {
        const page = await playground.open({ hash: await fragmentOf({ ...sides, files }) });
        expect(await violations(page)).toEqual([]);
        await putCursorOn(page, "stream seen", "smaller");
        await page.keyboard.press("F12");
        await page.locator(".cm-line", { hasText: "block smaller" }).waitFor();
        await isShown(page, "lib/blocks.mtl");
        await page.keyboard.press("F2");
        await page.getByRole("textbox", { name: "New name" }).fill("narrowed");
        await page.keyboard.press("Enter");
        await page.locator(".cm-line", { hasText: "block narrowed" }).waitFor();
        await checked(page);

        await page.locator(".cm-line", { hasText: "return" }).click();
        await page.keyboard.press("End");
        await page.keyboard.type(" -> nrm");
        await page.locator(".problems .place", { hasText: "nrm" }).waitFor();
        await page.keyboard.press("Shift+F12");
        await page.locator(".cm-line", { hasText: "patches(8) -> narrowed(8)" }).waitFor();
        const problem = page.locator(".problems .place", { hasText: "lib/blocks.mtl, line 3" });
        await problem.click();
        await isShown(page, "lib/blocks.mtl");
        await page.locator(".problems .fix", { hasText: "norm" }).first().click();
        await checked(page);

        await putCursorOn(page, "return", "linear");
        await page.keyboard.press("F12");
        await page.locator(".cm-line", { hasText: "block linear" }).waitFor();
        await isShown(page, "standard library");
        const library = await textOf(page);
        await page.keyboard.type("x");
        expect(await textOf(page)).toBe(library);
        await file(page, "sides.mtl").click();
        expect(await page.getByRole("tab", { name: "standard library" }).count()).toBe(0);

        expect(Number(await train(page))).toBeLessThan(1);
        const again = await playground.open({ hash: await sharedHash(page) });
        expect(await textOf(again)).toBe(await textOf(page));
        await file(again, "lib/blocks.mtl").click();
        await again.locator(".cm-line", { hasText: "linear(width) -> norm" }).waitFor();
        await again.close();

        await page.getByRole("button", { name: "Export" }).click();
        const entry = page.getByRole("listitem").filter({ hasText: "Specification" });
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          entry.getByRole("button", { name: "Download" }).click(),
        ]);
        expect(download.suggestedFilename()).toBe("sides.zip");
        const packed = unzipSync(readFileSync(await download.path()));
        expect(Object.keys(packed)).toEqual(["sides/sides.mtl", "sides/lib/blocks.mtl"]);
        expect(Buffer.from(packed["sides/sides.mtl"] ?? []).toString()).toBe(model.replaceAll("smaller", "narrowed"));
        await page.close();
      },
      3 * minutes,
    );

    test(
      "is a zip that a reader gives with its table, and its files are added, renamed, chosen and deleted",
      async () => {
        const { files: data } = await sidesExample();
        const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
        // The texts have the ends of lines that Windows writes.
        const texts = Object.entries(files).map(([path, text]) => [
          `mine/${path}`,
          bytes(text.replaceAll("\n", "\r\n")),
        ]);
        const tables = Object.entries(data).map(([path, table]) => [`mine/${path}`, table]);
        const page = await playground.open();
        await page.getByRole("tab", { name: "Train" }).click();
        await page.getByLabel("Use own files").setInputFiles({
          name: "mine.zip",
          mimeType: "application/zip",
          buffer: Buffer.from(zipSync(Object.fromEntries([...texts, ...tables]) as Record<string, Uint8Array>)),
        });
        await file(page, "lib/blocks.mtl").waitFor();
        await isShown(page, "sides.mtl");
        await checked(page);

        await page.getByRole("button", { name: "Files", exact: true }).click();
        expect(await violations(page)).toEqual([]);
        await page.getByRole("textbox", { name: "Name of lib/blocks.mtl" }).fill("blocks");
        await page.keyboard.press("Tab");
        await page.locator(".cm-line", { hasText: 'from "blocks.mtl"' }).waitFor();
        await page.getByRole("textbox", { name: "Name of a new file" }).fill("other");
        await page.keyboard.press("Enter");
        await file(page, "other.mtl").waitFor();
        await page.keyboard.type("model other");
        await page.getByRole("button", { name: "Files", exact: true }).click();
        expect(await page.getByRole("radio", { name: "Train sides.mtl" }).isChecked()).toBe(true);
        await page.getByRole("radio", { name: "Train other.mtl" }).click();
        await page.getByRole("button", { name: "Delete other.mtl" }).click();
        await file(page, "other.mtl").waitFor({ state: "detached" });
        expect(await page.getByRole("radio", { name: "Train sides.mtl" }).isChecked()).toBe(true);
        await page.keyboard.press("Escape");
        await checked(page);
        expect(Number(await train(page))).toBeLessThan(1);

        // Back gives what was open before, step by step.
        await page.goBack();
        await file(page, "other.mtl").waitFor();
        await page.goBack();
        await page.getByRole("tab", { name: "blocks.mtl" }).waitFor({ state: "detached" });
        await page.close();
      },
      3 * minutes,
    );
  },
);

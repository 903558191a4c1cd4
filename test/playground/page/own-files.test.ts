import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { fragmentOf } from "../../../playground/state/url-state.ts";
import { pngOf, sides, sums, sumsTable, sumsText } from "../sides.ts";
import { describePlayground, minutes, train, violations } from "./playground.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-dropped-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Drops a file of this machine on the page, as a reader does who drags it from a window of files. */
async function drop(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
  await session.detach();
}

/** A table that names pictures beside it, in a zip. */
async function picturesZip(): Promise<Uint8Array> {
  const rows = Array.from({ length: 40 }, (_, index) => ({
    picture: `pictures/${index}.png`,
    side: index % 2 === 0 ? "left" : "right",
    brightness: 0.5,
  }));
  const pictures = await Promise.all(
    rows.map(async ({ picture, side }, index) => {
      const isBright = (at: number): boolean => at % 8 < 4 === (side === "left");
      const pixels = Uint8Array.from({ length: 64 }, (_, at) => (isBright(at) ? 150 + index : index));
      return [`mine/${picture}`, await pngOf(pixels)] as const;
    }),
  );
  const table = rows.map((row) => JSON.stringify(row)).join("\n");
  return zipSync({ "mine/sides.jsonl": new TextEncoder().encode(table), ...Object.fromEntries(pictures) });
}

describePlayground("data of one's own", {}, (playground) => {
  const openSums = async (): Promise<Page> => playground.open({ hash: await fragmentOf(sums) });

  test(
    "is a table that was chosen",
    async () => {
      const page = await openSums();
      await page.getByRole("tab", { name: "Train" }).click();
      const file = { name: "sums.csv", mimeType: "text/csv", buffer: Buffer.from(sumsTable) };
      await page.getByLabel("Use own files").setInputFiles(file);
      await page.locator(".tables .found", { hasText: "data/sums.csv" }).waitFor();
      expect(Number(await train(page))).toBeGreaterThan(0);
      await page.close();
    },
    2 * minutes,
  );

  test(
    "is tried by the cells of a row, which are named",
    async () => {
      const text = sumsText.replace('numeric: ["one", "other"]', 'numeric: ["one"], categorical: { other: 5 }');
      const page = await playground.open({ hash: await fragmentOf({ ...sums, files: { [sums.name]: text } }) });
      await page.getByRole("tab", { name: "Train" }).click();
      await page.getByRole("button", { name: "Start training" }).click();
      await page.getByRole("alert").filter({ hasText: "The page has no data for data/sums.csv." }).waitFor();
      const file = { name: "sums.csv", mimeType: "text/csv", buffer: Buffer.from(sumsTable) };
      await page.getByLabel("Use own files").setInputFiles(file);
      await train(page);
      await page.getByRole("tab", { name: "Try" }).click();
      await page.getByLabel("one").fill("3");
      await page.getByLabel("other").fill("2");
      await page.getByRole("region", { name: "Prediction of sum" }).locator(".answer").waitFor();
      await page.getByLabel("one").fill("three");
      await page.getByText('one: "three" is not a finite number').waitFor();
      await page.close();
    },
    2 * minutes,
  );

  test(
    "is synthetic, where there is none",
    async () => {
      const page = await openSums();
      await page.getByRole("tab", { name: "Train" }).click();
      await page.getByRole("button", { name: "Synthetic data" }).click();
      await page.locator(".tables .found", { hasText: "synthetic-rows.jsonl" }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(Number(await train(page))).toBeGreaterThan(0);
      await page.close();
    },
    2 * minutes,
  );

  test(
    "is a table that was dropped on the page",
    async () => {
      writeFileSync(join(folder, "sums.csv"), sumsTable);
      const page = await openSums();
      await drop(page, join(folder, "sums.csv"));
      await page.locator(".tables .found", { hasText: "data/sums.csv" }).waitFor();
      expect(Number(await train(page))).toBeGreaterThan(0);
      await page.close();
    },
    2 * minutes,
  );

  test(
    "is a zip of a table and its pictures",
    async () => {
      writeFileSync(join(folder, "mine.zip"), await picturesZip());
      const { example: _, ...state } = sides;
      const page = await playground.open({ hash: await fragmentOf(state) });
      await drop(page, join(folder, "mine.zip"));
      await page.locator(".tables .found", { hasText: "data/sides.jsonl" }).waitFor();
      await train(page);
      await page.getByRole("tab", { name: "Results" }).click();
      const row = page.locator(".results tr", { hasText: "accuracy" });
      expect(Number(await row.locator("td").nth(2).innerText())).toBeGreaterThan(0.8);
      await page.close();
    },
    2 * minutes,
  );
});

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import type { TrainingResult } from "../../runtime/index.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { listingsOf } from "./listings.ts";

interface Page {
  begin(): Promise<TrainingResult>;
  goOn(run: string): Promise<TrainingResult>;
}

const root = mkdtempSync(join(tmpdir(), "mtl-api-"));
const before = process.cwd();
const printed: string[] = [];
let page: Page;

beforeAll(async () => {
  const text = readFileSync(writeSmallModel(root, "checkpoint: checkpoint(every: 4, keep: 1)"), "utf8");
  writeFileSync(join(root, "model.mtl"), text.replace("epochs: 3", "epochs: 20"));
  const listing = listingsOf(readFileSync(join(packageRoot(), "docs/api.md"), "utf8")).find(
    ({ language }) => language === "ts",
  );
  // The listing is beside this file while it is loaded, so that it is transformed as tests are.
  const file = join(import.meta.dirname, `.listing-${process.pid}.ts`);
  writeFileSync(file, listing?.text.replace('"mtl"', '"../../runtime/index.ts"') ?? "");
  try {
    page = (await import(/* @vite-ignore */ file)) as Page;
  } finally {
    await rm(file);
  }
  vi.spyOn(console, "log").mockImplementation((line: string) => printed.push(line));
  process.chdir(root);
});
afterAll(async () => {
  process.chdir(before);
  await rm(root, { recursive: true, force: true });
});

test("the loop of the page has its own schedule, callback and stop, and resumes to the same bits", async () => {
  const whole = await page.begin();
  const lines = linesOf(whole.folder);
  const rates = lines.filter(({ name }) => name === "rate").map(({ value }) => value / 1e-2);
  rates.slice(0, 10).forEach((rate, index) => expect(rate).toBeCloseTo((index + 1) / 10, 10));
  expect(new Set(rates.slice(10))).toEqual(new Set([1, 0.5, 0.25]));
  expect(printed).toHaveLength(Math.floor(rates.length / 10));
  expect(printed[0]).toMatch(/^fit, update 10: loss \d\.\d{3}$/);

  // Ctrl-C after the tenth update, which is no checkpoint of the specification.
  vi.mocked(console.log).mockImplementationOnce(() => process.emit("SIGINT", "SIGINT"));
  await expect(page.begin()).rejects.toThrow("Interrupted after step 11");
  const cut = await page.goOn(whole.folder.replace(/0001$/, "0002"));
  expect(cut.results).toEqual(whole.results);
  expect(linesOf(cut.folder)).toEqual(lines);
  const weights = (folder: string) => readFileSync(join(folder, "model/model.safetensors")).toString("base64");
  expect(weights(cut.folder)).toBe(weights(whole.folder));
});

interface Line {
  readonly name: string;
  readonly value: number;
}

function linesOf(folder: string): readonly Line[] {
  return readFileSync(join(folder, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { time: _time, ...rest } = JSON.parse(line) as Line & { readonly time: string };
      return rest;
    });
}

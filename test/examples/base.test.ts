import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { englishRows } from "../../examples/data/english-rows.ts";
import { wordVectors } from "../../examples/data/word-vectors.ts";
import { readSafetensorsHeader } from "../../runtime/checkpoint/safetensors.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { train } from "../../runtime/index.ts";

const shipped = join(packageRoot(), "examples", "base");
const file = join(shipped, "model.safetensors");
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mtl-base-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the pretrained encoder is small, and in half precision", async () => {
  expect(statSync(file).size).toBeLessThan(8e6);
  const { entries } = await readSafetensorsHeader(file);
  expect(new Set(entries.map(({ dtype }) => dtype))).toEqual(new Set(["F16"]));
  expect(entries.find(({ name }) => name === "context.words.table")?.shape).toEqual([6000, 128]);
});

test("the specification of its card takes all weights of the encoder, and trains", async () => {
  const [, specification = ""] = /```mtl\n([^]*?)```/u.exec(readFileSync(join(shipped, "README.md"), "utf8")) ?? [];
  cpSync(shipped, join(folder, "base"), { recursive: true });
  writeFileSync(join(folder, "topics.mtl"), specification);
  const topics = ["river", "king", "colour", "plant"];
  const rows = Array.from({ length: 40 }, (_, row) => ({
    text: `${topics[row % 4]} and ${row}`,
    topic: topics[row % 4],
  }));
  writeFileSync(join(folder, "texts.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
  const { folder: run } = await train({
    specification: join(folder, "topics.mtl"),
    runs: join(folder, "runs"),
    steps: 1,
    threads: 1,
  });
  const report = JSON.parse(readFileSync(join(run, "starts", "fit.json"), "utf8")) as {
    readonly taken: readonly unknown[];
    readonly otherShape: readonly unknown[];
    readonly missing: readonly string[];
  };
  expect(report.missing.filter((name) => !name.startsWith("task."))).toEqual([]);
  expect(report.otherShape).toEqual([]);
  expect(report.taken.length).toBeGreaterThan(20);
}, 60_000);

test("words that occur near the same words have vectors that are near each other", () => {
  // Ids 1 to 4 occur with 9, and ids 5 to 8 with 10.
  const texts = Array.from({ length: 400 }, (_, text) =>
    text % 2 === 0 ? [1 + (text % 4), 9, 1 + ((text >> 2) % 4)] : [5 + (text % 4), 10, 5 + ((text >> 2) % 4)],
  );
  const vectors = wordVectors({ texts, vocabulary: 12, width: 2 });
  const vector = (id: number) => vectors.subarray(2 * id, 2 * id + 2);
  const cosine = (left: number, right: number): number => {
    const [a, b] = [vector(left), vector(right)];
    return ((a[0] ?? 0) * (b[0] ?? 0) + (a[1] ?? 0) * (b[1] ?? 0)) / (Math.hypot(...a) * Math.hypot(...b));
  };
  expect(cosine(1, 3)).toBeGreaterThan(0.9);
  expect(cosine(6, 8)).toBeGreaterThan(0.9);
  expect(Math.abs(cosine(1, 6))).toBeLessThan(0.5);
  expect(Math.hypot(...vector(11))).toBeCloseTo(0.05 * Math.SQRT2);
});

test("no text that another example tests with is trained on", () => {
  const sentence = (name: string, text: string) => ({ file: name, genre: "news", text });
  const sentences = ["a", "b", "c", "d", "e", "f", "g", "h"].flatMap((name) =>
    [1, 2, 3].map((number) => sentence(name, `${name} has sentence ${number}, which is of about twelve words in all`)),
  );
  const rows = englishRows({ sentences, synsets: new Map(), ratings: new Map() });
  const files = (split: string) => new Set(rows.filter((row) => row.split === split).map(({ first }) => first[0]));
  expect([...files("test")].some((name) => files("train").has(name))).toBe(false);
  expect(files("train").size).toBeGreaterThan(2);
});

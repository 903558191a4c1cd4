import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TaskEvaluation, WorstExample } from "../../runtime/evaluation/evaluation-file.ts";
import { confusionTables, examplesOf } from "../../runtime/report/evaluation-sections.ts";

const root = mkdtempSync(join(tmpdir(), "mtl-report-"));
const sound = Buffer.from("RIFF, or what a test takes for it");
beforeAll(() => {
  writeFileSync(join(root, "bark.wav"), sound);
  writeFileSync(join(root, "large.png"), Buffer.alloc(600_000));
  for (let index = 0; index < 8; index++) writeFileSync(join(root, `half-${index}.png`), Buffer.alloc(370_000));
});
afterAll(() => rmSync(root, { recursive: true }));

const evaluation: TaskEvaluation = {
  task: "kind",
  split: "validation",
  checkpoint: "step-000001",
  metrics: {},
  confusion: null,
  worst: [],
};
const wrong = (files: readonly string[], texts: readonly string[] = []): WorstExample => ({
  key: "rows 0",
  file: "rows.csv",
  row: 3,
  inputs: [{ modality: "heard", kind: "audio", files, texts }],
  target: "dog",
  prediction: "cat",
  loss: 2.5,
});
const shown = (worst: readonly WorstExample[]) => examplesOf("worst", [{ ...evaluation, worst }], [root]);

test("sound is in the page itself", () => {
  expect(shown([wrong(["bark.wav"])])).toContain(
    `<audio controls src="data:audio/wav;base64,${sound.toString("base64")}"></audio>`,
  );
});

test("a file that is gone, too large, of no known kind, or beyond what a page may hold, is named", () => {
  expect(shown([wrong(["gone.png"])])).toContain("<dd>gone.png</dd>");
  expect(shown([wrong(["large.png"])])).toContain("<dd>large.png</dd>");
  expect(shown([wrong(["rows.npy"])])).toContain("<dd>rows.npy</dd>");
  const halves = Array.from({ length: 8 }, (_, index) => wrong([`half-${index}.png`]));
  const twice = examplesOf(
    "worst",
    [
      { ...evaluation, worst: halves },
      { ...evaluation, task: "other", worst: halves },
    ],
    [root],
  );
  expect(twice.match(/<img /g)).toHaveLength(8);
  expect(twice.length).toBeLessThan(4.1e6);
});

test("what the data says is text, not markup, and long text is cut", () => {
  const html = shown([wrong([], ["<script>alert(1)</script>", "x".repeat(5000)])]);
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).not.toContain("<script");
  expect(html).not.toContain("x".repeat(201));
});

test("of more classes than anyone reads, the pairs that are confused most are told, most first", () => {
  const classes = Array.from({ length: 21 }, (_, index) => `class ${index}`);
  const counts = classes.map((_, actual) =>
    classes.map((__, given) =>
      actual === given ? 50 : actual === 4 && given === 7 ? 9 : actual === 2 && given === 1 ? 12 : 0,
    ),
  );
  const cells = [
    ...confusionTables([{ ...evaluation, confusion: { classes, counts } }]).matchAll(/<td>(.*?)<\/td>/g),
  ].map(([, cell]) => cell);
  expect(cells).toEqual(["class 2", "class 1", "12", "class 4", "class 7", "9"]);
});

test("rows of test are folded away", () => {
  const both = (["test", "validation"] as const).map((split) => ({ ...evaluation, split, worst: [wrong([])] }));
  expect(examplesOf("worst", both, [root]).match(/<details.*?<\/summary>/g)).toEqual([
    "<details open><summary>kind, validation</summary>",
    "<details><summary>kind, test</summary>",
  ]);
});

test("draws boxes over the picture, right ones and predicted ones, of the best examples too", () => {
  const box = [0.25, 0.5, 0.75, 1] as const;
  const boxed: WorstExample = {
    ...wrong([]),
    target: { boxes: [{ class: "fox & cub", box }] },
    prediction: { boxes: [{ class: "cat", box, probability: 0.934 }] },
    inputs: [{ modality: "photo", kind: "image", texts: [], files: ["data:image/png;base64,AA"] }],
  };
  for (const which of ["worst", "best"] as const) {
    const html = examplesOf(which, [{ ...evaluation, [which]: [boxed] }], [root]);
    expect(html).toContain('<rect class="right" x="25.00" y="50.00" width="50.00" height="50.00">');
    expect(html).toContain('<rect class="predicted" x="25.00"');
    expect(html).toContain("fox &amp; cub");
    expect(html).toContain("cat 93 %");
  }
  expect(examplesOf("best", [evaluation], [root])).toBe("");
});

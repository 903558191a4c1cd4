import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";
import { openData } from "../../runtime/data/open-data.ts";
import type { Preprocessing } from "../../runtime/data/data.ts";
import { writePreprocessing } from "../../runtime/export/torch/write-preprocessing.ts";

/** `preprocess.py` of an exported folder, beside the features that mtl makes of the same rows. */
const python = process.env["PYTHON"] ?? "python3";
const packages = ["numpy", "tokenizers", "soundfile", "PIL"];
const isThere = spawnSync(python, ["-c", packages.map((name) => `import ${name}`).join("\n")]).status === 0;

const project = join(import.meta.dirname, "../compiled/python");
let folder: string;
let preprocessing: Preprocessing;
const compiled = compileFile(join(project, "model.mtl"));
const tasks = Object.keys(compiled.program.specification.tasks);
const asked = readFileSync(join(project, "asked.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { readonly [modality: string]: unknown });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mtl-preprocess-"));
  cpSync(project, folder, { recursive: true });
  const { specification } = compiled.program;
  const data = await openData({ specification, root: dirname(compiled.entry), cache: "none" });
  ({ preprocessing } = data);
  await data.close();
  mkdirSync(join(folder, "exported"));
  const plan = compiled.program.plan(specification.stages[0]?.name ?? "");
  await writePreprocessing(join(folder, "exported"), {
    specification,
    preprocessing,
    tasks: tasks.map((task) => ({ task, plan })),
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every tensor that a prediction takes is described", () => {
  const described = JSON.parse(readFileSync(join(folder, "exported/inputs.json"), "utf8")) as {
    readonly tasks: { readonly [task: string]: { readonly features: { readonly [feature: string]: unknown } } };
    readonly features: { readonly [feature: string]: unknown };
  };
  expect(Object.keys(described.tasks)).toEqual(tasks);
  for (const { features } of Object.values(described.tasks))
    expect(Object.keys(features).filter((name) => described.features[name] === undefined)).toEqual([]);
});

const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
from preprocess import Preprocessor
made = Preprocessor(sys.argv[1])
rows = [json.loads(line) for line in open(sys.argv[2] + "/asked.jsonl", encoding="utf-8")]
for task in sys.argv[3:]:
    print(json.dumps({name: values.ravel().tolist() for name, values in made.batch(task, rows, sys.argv[2]).items()}))
`;

/** The bands of sounds are sums in another order, and decoders of JPEG round otherwise; everything else is the same. */
const tolerances: { readonly [feature: string]: number } = { hum: 1e-4, snap: 2 };

test.skipIf(!isThere)(
  `a batch of raw rows has our features${isThere ? "" : ` (skipped: ${python} lacks one of ${packages.join(", ")}; PYTHON= names one)`}`,
  async () => {
    const lines = execFileSync(python, ["-c", program, join(folder, "exported"), folder, ...tasks], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    const encoder = createExampleEncoder({ specification: compiled.program.specification, preprocessing, folder });
    for (const [index, line] of lines.trim().split("\n").entries()) {
      const made = JSON.parse(line) as { readonly [feature: string]: readonly number[] };
      const pass = tasks[index] ?? "";
      const { features } = await encoder.encode({ pass, examples: asked, size: asked.length });
      expect(Object.keys(made).length, pass).toBeGreaterThan(0);
      for (const [name, values] of Object.entries(made)) {
        const own = [...(features.get(name) ?? [])];
        expect(values.length, name).toBe(own.length);
        const most = Math.max(...own.map((value, at) => Math.abs(value - (values[at] ?? Number.NaN))));
        expect(most, `${name} of ${pass}`).toBeLessThanOrEqual(tolerances[name] ?? 0);
      }
    }
  },
);

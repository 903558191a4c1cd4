import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileToFolder, load, readCompiled, train } from "../../runtime/index.ts";
import { readBundle } from "../../runtime/model/bundle.ts";
import { createExampleEncoder } from "../../runtime/data/batch/encode-examples.ts";

/**
 * A prediction outside of this repository needs nothing but the manifest and `preprocessing.json`, as
 * `examples/python/predict.py` shows. Its features for `python/asked.jsonl` are in `python/features.json`, and are
 * compared with ours in every run of this test. If there is a Python with its packages (`PYTHON=`), the script runs,
 * too, and `UPDATE=1` writes that file.
 */
const here = import.meta.dirname;
const script = join(here, "../../examples/python/predict.py");
const python = process.env["PYTHON"] ?? "python3";
const packages = ["numpy", "onnxruntime", "tokenizers", "soundfile", "PIL"];
const lacking = spawnSync(python, ["-c", packages.map((name) => `import ${name}`).join("\n")], { encoding: "utf8" });
const isThere = lacking.status === 0;

interface Made {
  readonly example: number;
  readonly task: string;
  readonly features: { readonly [feature: string]: { readonly dtype: string; readonly values: readonly number[] } };
}

let folder: string;
let compiled: string;
let run: string;
const asked = readFileSync(join(here, "python/asked.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as { readonly [modality: string]: unknown });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mtl-python-"));
  cpSync(join(here, "python"), folder, { recursive: true });
  ({ folder: run } = await train({
    specification: join(folder, "model.mtl"),
    runs: join(folder, "runs"),
    threads: 1,
    interrupt: new AbortController().signal,
  }));
  compiled = join(folder, "compiled");
  await compileToFolder(compiled, { source: run, portable: "float32", graphs: ["predict"] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const told = (...options: readonly string[]): readonly unknown[] =>
  execFileSync(python, [script, compiled, join(folder, "asked.jsonl"), ...options], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  })
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

/** The bands of sounds are sums in another order, and decoders of JPEG round otherwise; everything else is the same. */
const tolerances: { readonly [feature: string]: number } = { hum: 1e-4, snap: 2 };

async function compare(made: readonly Made[]): Promise<void> {
  const {
    compiled: { program },
    preprocessing,
  } = await readBundle(join(run, "model"));
  const encoder = createExampleEncoder({ specification: program.specification, preprocessing, folder });
  const { features: described } = await readCompiled(compiled);
  expect(made.length).toBe(3 * asked.length);
  for (const { example, task, features } of made) {
    const { features: ours } = await encoder.encode({ pass: task, examples: [asked[example] ?? {}], size: 1 });
    const inputs = [...ours.keys()].filter((name) => described[name] !== undefined);
    expect(Object.keys(features).filter((name) => !inputs.includes(name))).toEqual([]);
    for (const name of inputs) {
      // The script returns no features that an example lacks. The graph then gets the value that the manifest gives as
      // `empty`.
      const values =
        features[name]?.values ?? Array.from(ours.get(name) ?? [], () => described[name]?.empty ?? Number.NaN);
      const own = [...(ours.get(name) ?? [])];
      const most = tolerances[name];
      if (most !== undefined)
        expect(
          Math.max(...own.map((value, at) => Math.abs(value - (values[at] ?? Number.NaN)))),
          `${name} of example ${example}`,
        ).toBeLessThanOrEqual(most);
      else expect(own, `${name} of example ${example}`).toEqual(values.map(Math.fround));
    }
  }
}

describe("features that are made from the manifest and preprocessing.json alone", () => {
  test("and were kept are those that mtl makes", () =>
    compare(JSON.parse(readFileSync(join(here, "python/features.json"), "utf8"))));

  test.skipIf(!isThere)(
    `are ours where Python makes them${isThere ? "" : ` (skipped: ${python} lacks one of ${packages.join(", ")}; PYTHON= names one)`}`,
    async () => {
      const made = told("--features") as readonly Made[];
      if (process.env["UPDATE"] === "1")
        writeFileSync(
          join(here, "python/features.json"),
          `[\n${made.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`,
        );
      await compare(made);
    },
  );

  test.skipIf(!isThere)("predict what mtl predicts", async () => {
    const model = await load(run, { folder, threads: 1 });
    const predictions = told() as readonly { readonly example: number; readonly task: string }[];
    for (const { example, task, ...values } of predictions) {
      const { kind: _kind, ...ours } = await model.predict(asked[example] ?? {}, { task });
      expect(closeTo(values)).toEqual(ours);
    }
    await model.dispose();
  });
});

/** Two builds of ONNX Runtime add in another order. */
function closeTo<Value>(value: Value): Value {
  if (typeof value === "number") return expect.closeTo(value, 5) as Value;
  if (Array.isArray(value)) return value.map(closeTo) as Value;
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closeTo(each)])) as Value;
  return value;
}

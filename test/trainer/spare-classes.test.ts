import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileFile } from "../../runtime/compile.ts";
import { compileToFolder } from "../../runtime/export/compile-to-folder.ts";
import { load } from "../../runtime/model/load.ts";
import type { CategoryPrediction, LabelsPrediction } from "../../runtime/targets/prediction.ts";
import { generator } from "../../runtime/random/generator.ts";
import { train } from "../../runtime/run/train.ts";
import { evaluate, sound } from "../elaborate/harness.ts";

/** Three classes and two labels in the data. */
const specification = (
  classes: { readonly kind: number | string; readonly traits: number | string },
  task = "",
): string => `model spare
modality x: tensor([4])
layer seen = linear(6)
task kind { from: x -> seen -> tanh  head: linear(${typeof classes.kind === "number" ? classes.kind : 3})  target: category("kind", classes: ${classes.kind})  metrics: [accuracy, f1, top_k(k: 2), calibration_error]  ${task} }
task traits { from: x -> seen  head: linear(${typeof classes.traits === "number" ? classes.traits : 2})  target: labels("traits", classes: ${classes.traits})  metrics: [f1, mean_average_precision] }
dataset rows { path: { train: "train.jsonl", validation: "test.jsonl", test: "test.jsonl" }  tasks: [kind, traits] }
stage fit { optimizer: adamw(rate: 2e-2)  batch: 16  steps: 12 }
`;

const random = generator(1, "spare classes");
const rowOf = () => {
  const x = Array.from({ length: 4 }, () => random.normal());
  const [a = 0, b = 0] = x;
  return {
    x,
    kind: a > 0.5 ? "c" : b > 0 ? "b" : "a",
    traits: [...(a + b > 0 ? ["bright"] : []), ...(b > 0.4 ? ["warm"] : [])],
  };
};
const rows = { train: Array.from({ length: 60 }, rowOf), test: Array.from({ length: 30 }, rowOf) };

function folderWith(
  text: string,
  all: { readonly train: readonly object[]; readonly test: readonly object[] } = rows,
): string {
  const folder = mkdtempSync(join(tmpdir(), "mtl-spare-classes-"));
  for (const [split, of] of Object.entries(all))
    writeFileSync(join(folder, `${split}.jsonl`), of.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(folder, "spare.mtl"), text);
  return folder;
}

async function trained(text: string, all?: Parameters<typeof folderWith>[1]) {
  const folder = folderWith(text, all);
  const [notes, warnings]: [string[], string[]] = [[], []];
  const { folder: run, results } = await train({
    specification: join(folder, "spare.mtl"),
    runs: join(folder, "runs"),
    engine: "onnx",
    threads: 1,
    tensorboard: false,
    observer: { onNote: (note) => notes.push(note), onWarning: (warning) => warnings.push(warning) },
  });
  const valueOf = (task: string, name: string): number =>
    results.find((each) => each.split === "test" && each.task === task && each.name === name)?.value ?? NaN;
  return {
    folder,
    run,
    notes,
    warnings,
    valueOf,
    floorOf: (task: string, name: string) =>
      results.find((each) => each.split === "test" && each.task === task && each.name === name)?.floor ?? NaN,
  };
}

/**
 * Loss and gradients of task kind on two rows, with weights that are the same in the outputs that stand for a class.
 */
function gradientsOf(text: string, { classes, known }: { readonly classes: number; readonly known: number }) {
  const graph = sound(text).plan("fit").gradients("kind", { batch: 2 });
  const given = {
    "feature/x": [0.3, -1, 2, 0.5, 1, 0.2, -0.7, -0.1],
    "feature/kind.target": [2, 0],
    row_weight: [1, 0.5],
    class_mask: Array.from({ length: classes }, (_, of) => (of < known ? 1 : 0)),
    "seen.kernel": Array.from({ length: 24 }, (_, at) => Math.sin(at)),
    "seen.bias": [0, 0.1, 0.2, 0.3, 0.4, 0.5],
    "task.kind.head.kernel": Array.from({ length: 6 * classes }, (_, at) =>
      Math.cos(Math.floor(at / classes) + 7 * (at % classes)),
    ),
    "task.kind.head.bias": Array.from({ length: classes }, (_, of) => of / 3),
  };
  return evaluate(graph, given);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("outputs that stand for no class", () => {
  test("are no part of what is measured: it is what is predicted", async () => {
    const { run, valueOf, floorOf } = await trained(specification({ kind: 9, traits: 7 }));
    const model = await load(run, { engine: "onnx", threads: 1 });
    const examples = rows.test.map(({ x }) => ({ x }));
    const kinds = (await model.predictAll(examples, { task: "kind" })) as readonly CategoryPrediction[];
    const traits = (await model.predictAll(examples, { task: "traits" })) as readonly LabelsPrediction[];
    await model.dispose();
    expect(valueOf("kind", "accuracy")).toBeCloseTo(
      mean(kinds.map((each, at) => (each.class === rows.test[at]?.kind ? 1 : 0))),
      6,
    );
    expect(valueOf("kind", "loss")).toBeCloseTo(
      mean(kinds.map((each, at) => -Math.log(each.probabilities[rows.test[at]?.kind ?? ""] ?? 0))),
      5,
    );
    // Two guesses among three classes, not among nine.
    const worst = kinds.map(
      ({ probabilities }) => Object.entries(probabilities).toSorted(([, left], [, right]) => left - right)[0]?.[0],
    );
    expect(valueOf("kind", "top_k")).toBeCloseTo(
      mean(worst.map((each, at) => (each === rows.test[at]?.kind ? 0 : 1))),
      6,
    );
    const lossOf = ({ probabilities }: LabelsPrediction, at: number): number =>
      mean(
        Object.entries(probabilities).map(([name, p]) => -Math.log(rows.test[at]?.traits.includes(name) ? p : 1 - p)),
      );
    expect(valueOf("traits", "loss")).toBeCloseTo(mean(traits.map(lossOf)), 5);
    // A constant scores each class by how often it is there.
    expect(floorOf("traits", "mean_average_precision")).toBeCloseTo(
      mean(["bright", "warm"].map((name) => mean(rows.test.map((row) => (row.traits.includes(name) ? 1 : 0))))),
      6,
    );
    const evaluation = JSON.parse(readFileSync(join(run, "evaluation/kind-test.json"), "utf8")) as {
      readonly confusion: { readonly classes: readonly string[] };
    };
    expect(evaluation.confusion.classes).toEqual(["a", "b", "c"]);
  });

  test.each(["", "loss: cross_entropy(label_smoothing: 20%)", "loss: focal"])(
    "have no gradient, and no part of smoothing: %s",
    async (loss) => {
      const [spare, exact] = [9, 3].map((classes) =>
        gradientsOf(specification({ kind: classes, traits: 2 }, loss), { classes, known: 3 }),
      );
      expect(spare?.get("loss")?.[0]).toBeCloseTo(exact?.get("loss")?.[0] ?? NaN, 6);
      const bias = Array.from(spare?.get("gradient/task.kind.head.bias") ?? []);
      expect(bias.slice(3)).toEqual([0, 0, 0, 0, 0, 0]);
      for (const [at, value] of Array.from(exact?.get("gradient/task.kind.head.bias") ?? []).entries())
        expect(bias[at]).toBeCloseTo(value, 6);
    },
  );

  test("a model compiled for other programs knows which they are", async () => {
    const { run, folder } = await trained(specification({ kind: 5, traits: '["bright", "warm"]' }));
    const manifest = await compileToFolder(join(folder, "compiled"), {
      source: run,
      formats: ["onnx"],
      graphs: ["predict", "step"],
    });
    for (const { kind, inputs } of manifest.graphs)
      if (kind === "predict") expect(inputs.map(({ name }) => name)).toEqual(["feature/x"]);
    const step = manifest.graphs.find(({ kind }) => kind === "step");
    expect(step?.inputs.find(({ name }) => name === "class_mask")?.source).toEqual({
      kind: "class_mask",
      values: [1, 1, 1, 0, 0],
    });
    const untrained = await compileToFolder(join(folder, "untrained"), {
      source: compileFile(join(folder, "spare.mtl")),
      formats: ["onnx"],
      graphs: ["predict"],
    });
    expect(untrained.graphs[0]?.inputs.find(({ name }) => name === "class_mask")?.source).toEqual({
      kind: "class_mask",
      values: [1, 1, 1, 1, 1],
    });
    const together = untrained.graphs.find(({ tasks }) => tasks.length === 2);
    expect(together?.inputs.find(({ name }) => name === "class_mask/kind")?.source).toEqual({
      kind: "class_mask",
      values: [1, 1, 1, 1, 1],
    });
  });
});

describe("training tells", () => {
  test("which declared classes have no row, by their names", async () => {
    const { warnings } = await trained(
      specification({ kind: '["a", "b", "c", "d", "e"]', traits: '["bright", "cold", "warm"]' })
        .replaceAll("linear(3)", "linear(5)")
        .replaceAll("linear(2)", "linear(3)"),
    );
    expect(warnings).toContain('No training row of kind has the classes "d", "e", so nothing is learnt of them.');
    expect(warnings).toContain('No training row of traits has the class "cold", so nothing is learnt of it.');
  });

  test("how many outputs stand for none", async () => {
    const { notes } = await trained(specification({ kind: 9, traits: 2 }));
    expect(notes).toEqual([
      'Task kind declares 9 classes, and its training rows have 3: "a", "b", "c". The other 6 outputs are not used.',
    ]);
  });

  test("where all rows are of one class, which is then certain", async () => {
    const one = {
      train: rows.train.filter(({ kind }) => kind === "a"),
      test: rows.test.filter(({ kind }) => kind === "a"),
    };
    const { warnings, valueOf } = await trained(specification({ kind: 2, traits: 2 }), one);
    expect(warnings).toContain('Every training row of kind has the class "a": there is nothing to learn.');
    expect(valueOf("kind", "accuracy")).toBe(1);
    expect(valueOf("kind", "loss")).toBe(0);
  });
});

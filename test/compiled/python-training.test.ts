import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readTensors } from "../../runtime/checkpoint/checkpoint.ts";
import { type StoredTensor, writeSafetensors } from "../../runtime/checkpoint/safetensors.ts";
import { compileFile, compileToFolder } from "../../runtime/index.ts";
import { scheduleFactor } from "../../runtime/train/phase/schedules.ts";
import { writeSmallModel } from "../trainer/small-model.ts";
import { type Values, feeds, graphOf } from "./by-manifest.ts";
import { openOnnx, readTensors as readInitial } from "./plain.ts";

const python = process.env["PYTHON"] ?? "python3";
const packages = ["numpy", "onnxruntime", "safetensors"];
const isThere = spawnSync(python, ["-c", packages.map((name) => `import ${name}`).join("\n")]).status === 0;
const script = join(import.meta.dirname, "../../examples/python/train.py");

const root = mkdtempSync(join(tmpdir(), "mtl-python-training-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const steps = 100;
const options = `clip: 0.5  schedule: cosine(warmup: 10%, floor: 0.1)  average: exponential(decay: 0.9)`;

describe.skipIf(!isThere)(
  `a compiled step, trained in Python${isThere ? "" : ` (skipped: ${python} lacks one of ${packages.join(", ")}; PYTHON= names one)`}`,
  () => {
    test.each(["float32", undefined] as const)("has the losses that it has in Node, %s", async (portable) => {
      const source = compileFile(writeSmallModel(root, options));
      const folder = join(root, `compiled-${portable}`);
      const manifest = await compileToFolder(folder, {
        source,
        graphs: ["step"],
        tasks: ["hue"],
        ...(portable ? { portable } : { formats: ["onnx"] }),
      });
      const graph = graphOf(manifest, "step", "hue");
      const size = graph.batch as number;
      const opened = await openOnnx(folder, graph);

      // Each step gets rows of its own, the bytes of dropout among them.
      const { schedule } = source.program.specification.stages[0] ?? expect.fail("there is no stage");
      let tensors = readInitial(join(folder, manifest.initial.file));
      const rows = new Map<string, { readonly shape: readonly number[]; readonly parts: Values[] }>();
      const losses: number[] = [];
      for (let step = 0; step < steps; step++) {
        const inputs = feeds(graph, tensors, step + 1);
        const factor = scheduleFactor(schedule, { step, total: steps });
        for (const { name, role, shape, source: from } of graph.inputs) {
          const values = inputs.get(name) ?? expect.fail(name);
          if (from.kind === "data" || from.kind === "row_weight" || from.kind === "random") {
            const key = role.kind === "feature" ? role.feature : name;
            const kept = rows.get(key) ?? { shape: [steps * size, ...shape.slice(1)], parts: [] };
            // Other values in each step: those of the last one, moved by one.
            const moved = values.map((_, index) => values[(index + step) % values.length] ?? 0);
            inputs.set(name, moved);
            kept.parts.push(moved);
            rows.set(key, kept);
          }
          if (from.kind === "update") {
            // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
            const evaluate = new Function("rate", "count", "step", `return ${from.expression}`);
            inputs.set(name, Float32Array.of(evaluate(from.rate * factor, step + 1, step + 1) as number));
          }
        }
        const outputs = await opened.run(inputs);
        losses.push(outputs.get("loss")?.[0] ?? Number.NaN);
        tensors = new Map([...tensors].map(([name, old]) => [name, (outputs.get(name) as Float32Array) ?? old]));
      }
      await opened.close();

      const file = join(root, "rows.safetensors");
      await writeSafetensors(file, {
        metadata: new Map(),
        tensors: new Map([...rows].map(([name, { shape, parts }]) => [name, stored(shape, parts)])),
      });
      const out = join(root, "trained.safetensors");
      const printed = execFileSync(
        python,
        [script, folder, "hue", file, "--steps", String(steps), "--in-order", "--out", out],
        { encoding: "utf8" },
      );
      const theirs = printed
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { readonly loss: number; readonly factor: number });
      expect(theirs.map(({ factor }) => factor)).toEqual(
        Array.from(losses, (_, step): unknown => expect.closeTo(scheduleFactor(schedule, { step, total: steps }), 12)),
      );
      expect(Math.max(...losses) - Math.min(...losses)).toBeGreaterThan(0.1);
      for (const [step, { loss }] of theirs.entries()) expect(loss).toBeCloseTo(losses[step] ?? Number.NaN, 5);
      const weights = await readTensors(out);
      for (const [name, { data }] of weights) {
        const ours = tensors.get(name) ?? [];
        expect(Math.max(...Array.from(data, (value, index) => Math.abs(value - (ours[index] ?? NaN))))).toBeLessThan(
          1e-4,
        );
      }
      // The trained weights are a model that predicts.
      const again = { source, weights: out, graphs: ["predict"], tasks: ["hue"], formats: ["onnx"] } as const;
      expect((await compileToFolder(join(root, "predicting"), again)).initial.weights).toBe("trained");
    });

    test("is refused without the features that it needs", async () => {
      const folder = join(root, "compiled-float32");
      const file = join(root, "none.safetensors");
      await writeSafetensors(file, {
        metadata: new Map(),
        tensors: new Map([["light", { dtype: "F32", shape: [2, 3], data: new Float32Array(6) }]]),
      });
      const { status, stderr } = spawnSync(python, [script, folder, "hue", file], { encoding: "utf8" });
      expect(status).toBe(1);
      expect(stderr).toMatch(/The rows have no [\w.]+, which feature\/[\w.]+ needs\./);
    });
  },
);

function stored(shape: readonly number[], parts: readonly Values[]): StoredTensor {
  const [first] = parts;
  const values = parts.flatMap((part) => [...part]);
  if (first instanceof Float32Array) return { dtype: "F32", shape, data: Float32Array.from(values) };
  if (first instanceof Int32Array) return { dtype: "I32", shape, data: Int32Array.from(values) };
  return { dtype: "U8", shape, data: Uint8Array.from(values) };
}

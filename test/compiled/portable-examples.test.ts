import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, describe, expect, test } from "vitest";
import { anyBatch, fixedSizes } from "../../compiler/lower/onnx/any-batch.ts";
import { lowerToOnnx } from "../../compiler/lower/onnx/lower-to-onnx.ts";
import { describeFeatures } from "../../runtime/export/describe-features.ts";
import { describeGraph } from "../../runtime/export/describe-graph.ts";
import type { CompiledInput } from "../../runtime/export/manifest.ts";
import { phasesOfStage, stageGraphs } from "../../runtime/export/stage-graphs.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { compileFile } from "../../runtime/index.ts";
import { planOf } from "../../runtime/train/phase/trainer.ts";
import { type Values, feeds } from "./by-manifest.ts";

/**
 * The graph that predicts most tasks of an example at once, for any number of rows and of standard operators alone, gives what the graph of that
 * number gives. If there is a Python with onnx (`PYTHON=`), its checker and shape inference read the models, too.
 */
const python = process.env["PYTHON"] ?? "python3";
const isThere = spawnSync(python, ["-c", "import onnx"]).status === 0;

const folder = mkdtempSync(join(tmpdir(), "mtl-portable-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const examples = join(packageRoot(), "examples");
const names = readdirSync(examples).filter((name) => name.endsWith(".mtl"));
/** The graphs at these numbers of rows give the sizes at all numbers. */
const samples = [3, 8, 5];
const tried = [1, 3, 8];
const kinds = ["predict", "decode_next"] as const;

describe.each(names)("%s", (name) => {
  test("predicts any number of rows with standard operators", async () => {
    const { program } = compileFile(join(examples, name));
    const { specification } = program;
    const plans = phasesOfStage(program).map((phase) => planOf(program, phase, {}));
    const tasks = [...new Set(plans.flatMap((plan) => plan.tasks))];
    const graphs = stageGraphs({ specification, plans, tasks, kinds });
    for (const kind of kinds) {
      const [each] = graphs
        .filter((graph) => graph.kind === kind)
        .toSorted((left, right) => right.tasks.length - left.tasks.length);
      if (!each) continue;
      const made = new Map([...samples, ...tried].map((rows) => [rows, each.graph({ rows }) ?? expect.fail(kind)]));
      const any = anyBatch(samples.map((rows) => ({ rows, graph: made.get(rows) ?? expect.fail(kind) })));
      if ("problem" in any) expect.fail(any.problem);
      const model = lowerToOnnx(any.graph, { operators: "standard", sizes: any.sizes });
      expect(Buffer.from(model).includes("com.microsoft")).toBe(false);
      writeFileSync(join(folder, `${name}-${kind}.onnx`), model);

      const session = await InferenceSession.create(model, sessionOptions);
      const weights = new Map<string, Float32Array>();
      for (const rows of tried) {
        const graph = made.get(rows) ?? expect.fail(kind);
        const concrete = await InferenceSession.create(lowerToOnnx(graph), sessionOptions);
        const { inputs } = describeGraph({
          graph,
          kind,
          tasks: each.tasks,
          specification,
          plans,
          features: describeFeatures(specification),
          sizes: fixedSizes,
          decoding: each.decoding?.({ rows }),
        });
        const fed = tensorsFor(inputs, weights);
        const [ours, theirs] = [await session.run(fed), await concrete.run(fed)];
        await concrete.release();
        for (const output of concrete.outputNames) {
          const [own, other] = [ours[output], theirs[output]];
          expect(own?.dims).toEqual(other?.dims);
          expect(farthest(own?.data as Values, other?.data as Values), `${output} of ${rows} rows`).toBeLessThan(1e-5);
        }
      }
      await session.release();
    }
  });
});

const sessionOptions = { intraOpNumThreads: 1, graphOptimizationLevel: "basic" } as const;

/** Small weights, so that no softmax is saturated, and values of features as their descriptions allow. */
function tensorsFor(inputs: readonly CompiledInput[], weights: Map<string, Float32Array>): Record<string, Tensor> {
  for (const { name, shape, source } of inputs) {
    if (source.kind !== "initial" || weights.has(name)) continue;
    const values = new Float32Array(shape.reduce((size, each) => size * each, 1));
    for (const index of values.keys()) values[index] = ((index * 7919) % 101) / 400 - 0.125;
    weights.set(name, values);
  }
  const values = feeds({ inputs }, weights, 1);
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }) => [name, new Tensor(dtype, values.get(name) as never, shape)]),
  );
}

function farthest(left: ArrayLike<number>, right: ArrayLike<number>): number {
  return Array.from(left).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (right[index] ?? Number.NaN))),
    0,
  );
}

const checks = `
import sys, onnx
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert [each.domain for each in model.opset_import] == [""] and model.opset_import[0].version <= 21 and model.ir_version <= 10, path
    print(path, len(model.graph.node))
`;

test.skipIf(!isThere)(
  `onnx checks all of them${isThere ? "" : ` (skipped: ${python} lacks onnx; PYTHON= names one)`}`,
  () => {
    const files = readdirSync(folder).map((file) => join(folder, file));
    const { status, stdout, stderr } = spawnSync(python, ["-c", checks, ...files], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(files.length);
  },
);

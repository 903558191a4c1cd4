import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { lowerToTorch } from "../../compiler/torch/lower-to-torch.ts";
import { compileFile } from "../../runtime/compile.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { caseGraphs } from "../graph/cases.ts";
import { floatInputs, withGradients, withProjectedLoss } from "../graph/gradient-check.ts";
import { interpret } from "../graph/reference.ts";
import { inputsOf, writeFixture } from "./fixture.ts";
import { opFunctions } from "./op-functions.ts";

/**
 * `parity.js [EXAMPLE…]` compares exported models with mtl on ONNX Runtime, and the expression of each op with the float64 interpreter, in a Python that has
 * torch and safetensors (`PYTHON=`). Without examples it compares all, and writes the page.
 */
async function main(names: readonly string[]): Promise<void> {
  const python = process.env["PYTHON"] ?? "python3";
  if (spawnSync(python, ["-c", "import torch, safetensors"]).status !== 0) {
    console.log(`Skipped: ${python} lacks torch or safetensors. PYTHON=/path/to/python names one that has them.`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "mtl-parity-"));
  const engine = await openEngine({ engine: "onnx:native", threads: 1 });
  try {
    const examples = names.length > 0 ? names : allExamples();
    const cases: Case[] = [];
    for (const name of examples) cases.push(...(await fixturesOf(folder, name, engine)));
    writeOps(folder);
    writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
    const script = join(packageRoot(), "test/torch/parity.py");
    const { stdout, stderr, status } = spawnSync(python, [script, folder], { encoding: "utf8", maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(stderr);
    const results = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Result);
    const page = pageOf(results);
    console.log(page);
    if (names.length === 0) writeFileSync(join(packageRoot(), "docs/pytorch-parity.md"), page);
    if (results.some(isWrong)) process.exitCode = 1;
  } finally {
    await engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Case {
  readonly name: string;
  readonly example: string;
  readonly task: string;
  readonly mode: "train" | "evaluate" | "predict";
  readonly stage: string;
  readonly model: string;
}

interface Result extends Partial<Omit<Case, "model" | "stage">> {
  readonly name: string;
  readonly error?: string;
  readonly outputs?: number;
  readonly loss?: number;
  readonly gradients?: number;
  /** The function of torch that traced it as one graph, or the reason why it did not. */
  readonly traced?: string;
  /** The number of cases of ops. */
  readonly count?: number;
}

/** The difference up to which results are the same, relative to the largest value of a tensor where that is above 1. */
const most = 1e-5;

/** The losses of these tasks divide by numbers near 0, which float32 rounds by more. */
const rounded: { readonly [example: string]: number } = { mt_dnn_distilled: 1e-4 };

/** Examples with other numbers, which are computed in another way. */
const variants: { readonly [name: string]: (folder: string) => string } = {
  // So many orders are compared by a function of the host.
  "unit of 100 queries": (folder) => {
    const source = readFileSync(join(packageRoot(), "examples/unit.mtl"), "utf8");
    const path = join(folder, "unit.mtl");
    writeFileSync(
      path,
      source
        .replace('task.name == "detect" then 8', 'task.name == "detect" then 100')
        .replace("most: 4, queries: 8", "most: 12, queries: 100"),
    );
    return path;
  },
};

function allExamples(): readonly string[] {
  const files = readdirSync(join(packageRoot(), "examples"))
    .filter((name) => name.endsWith(".mtl") && name !== "base.mtl")
    .map((name) => basename(name, ".mtl"));
  return [...files, ...Object.keys(variants)];
}

async function fixturesOf(folder: string, example: string, engine: Engine): Promise<readonly Case[]> {
  const { program } = compileFile(variants[example]?.(folder) ?? join(packageRoot(), "examples", `${example}.mtl`));
  const { specification } = program;
  const tasks = Object.keys(specification.tasks).flatMap((task) => {
    const stage = specification.stages.findLast(({ tasks: trained }) => trained.includes(task));
    return stage ? [{ task, stage: stage.name, plan: program.plan(stage.name, { batch: 5 }) }] : [];
  });
  const plans = specification.stages.map(({ name }) => program.plan(name));
  writeFileSync(join(folder, `${example}.py`), lowerToTorch({ specification, tasks, plans }).text);
  console.error(example);
  const cases: Case[] = [];
  for (const { task, stage, plan } of tasks) {
    const graphs = {
      train: plan.gradients(task),
      evaluate: plan.evaluate(task, { batch: 5 }),
      predict: plan.predict(task, { batch: 5 }),
    };
    for (const mode of ["train", "evaluate", "predict"] as const) {
      const name = `${example}-${task}-${mode}`;
      const graph = graphs[mode];
      await writeFixture(folder, name, { engine, graph, inputs: inputsOf(program, plan, task, graph) });
      cases.push({ name, example, task, mode, stage, model: `${example}.py` });
    }
  }
  return cases;
}

/** The expressions of all ops, with the results and gradients of the interpreter. */
function writeOps(folder: string): void {
  writeFileSync(join(folder, "ops.py"), opFunctions(caseGraphs));
  const cases = caseGraphs.map(({ graph, inputs, name, kink }) => {
    const outputs = interpret(graph, inputs);
    const wrt = floatInputs(graph);
    const hasGradient = wrt.length > 0 && graph.outputs.some(({ value }) => value.dtype === "float32");
    const projected = withProjectedLoss(graph);
    const gradients = hasGradient
      ? interpret(withGradients(projected.graph, wrt), new Map([...inputs, ...projected.cotangents]))
      : new Map<string, Float64Array>();
    return {
      name,
      kink,
      inputs: graph.inputs.map(({ name: input, value: { dtype, shape } }) => ({
        name: input,
        dtype,
        shape,
        data: inputs.get(input),
      })),
      outputs: graph.outputs.map(({ name: output }) => Array.from(outputs.get(output) ?? [])),
      cotangents: [...projected.cotangents.values()],
      gradients: Object.fromEntries(
        wrt.flatMap(({ name: input }) => {
          const gradient = gradients.get(`gradient/${input}`);
          return gradient ? [[input, Array.from(gradient)]] : [];
        }),
      ),
    };
  });
  writeFileSync(join(folder, "ops.json"), JSON.stringify(cases));
}

function isWrong({ error, example, ...result }: Result): boolean {
  const limit = rounded[example ?? ""] ?? most;
  return (
    error !== undefined ||
    result.traced?.startsWith("no") ||
    [result.outputs, result.loss, result.gradients].some((each) => each !== undefined && !(each < limit))
  );
}

function pageOf(results: readonly Result[]): string {
  const shown = (value: number | undefined): string =>
    value === undefined ? "" : value === 0 ? "0" : value.toExponential(1);
  const rows = results.map(({ name, example, task, mode, error, outputs, loss, gradients, count, traced }) =>
    example === undefined
      ? [name, count === undefined ? "" : `${count} cases`, "", error ?? shown(outputs), "", shown(gradients), ""]
      : [example, task ?? "", mode ?? "", error ?? shown(outputs), shown(loss), shown(gradients), traced ?? ""],
  );
  const header = ["example", "task", "mode", "outputs", "loss", "gradients", "traced"];
  const table = [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
  return `# Exported models beside mtl

Written by \`npm run parity\`: the largest difference between what the exported module computes in PyTorch and what mtl computes on ONNX Runtime (on both sides in float32, one thread, five rows, weights near the
initial ones, rows of weight 0 and ½, the same random bytes), relative to the largest value of a tensor where that is above 1. The expressions of ops are compared with the interpreter in float64.
A difference of more than 1e-5 is a failure, but for \`mt_dnn_distilled\`, whose adversarial loss divides by numbers near 0 (1e-4).
The last column says that \`torch.compile(fullgraph=True)\` traced the task with its loss as one graph, without a break.

${table}
`;
}

await main(process.argv.slice(2));

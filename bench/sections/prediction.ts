import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { StoredTensor } from "../../runtime/checkpoint/safetensors.ts";
import type { Engine } from "../../runtime/engines/engine.ts";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { predictionsOf } from "../../runtime/evaluation/evaluate-split.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { generator } from "../../runtime/random/generator.ts";
import { BoundExecutable } from "../../runtime/train/step/bound-executable.ts";
import { assertSameLosses } from "../assert-same-losses.ts";
import { type Candidate, NotInstalled } from "../candidate.ts";
import { initialStore } from "../graph-candidate.ts";
import { type Timing, interleave, median, ratios } from "../interleave.ts";
import { programOf } from "../program-of.ts";
import { storedWeights } from "../pytorch.ts";
import type { Section } from "../section.ts";
import { digits, factor, table } from "../table.ts";
import { timedSteps } from "../timed-steps.ts";

const batches = [1, 32];
const names = ["group", "group_2", "group_3", "group_4"];
const passes = [names.slice(0, 1), names];

/** The model of the quickstart with four tasks, each with a classifier of its own. */
function specification(): string {
  const text = readFileSync(join(packageRoot(), "examples", "mbt.mtl"), "utf8");
  const [task = ""] = /^task group \{[^]*?^\}/m.exec(text) ?? [];
  const [layer = ""] = /^layer classify = .*$/m.exec(text) ?? [];
  const copies = names.map(
    (name) =>
      `${layer.replace("classify", classifierOf(name))}\n${task.replace("task group", `task ${name}`).replaceAll("-> classify", `-> ${classifierOf(name)}`)}`,
  );
  return text
    .replace(layer, "")
    .replace(task, copies.join("\n"))
    .replaceAll("tasks: [group]", `tasks: [${names.join(", ")}]`);
}

function classifierOf(task: string): string {
  return task.replace("group", "classify");
}

export const prediction: Section = {
  name: "prediction",
  title: "Prediction of one task and of four, compared with PyTorch",
  run: async ({ pytorch, repetitions, note }) => {
    const torch = await pytorch().catch((error: unknown) => {
      if (!(error instanceof NotInstalled)) throw error;
      note(`without PyTorch: ${error.message}`);
      return undefined;
    });
    const engine = await openEngine({ engine: "onnx:native", threads: 1 });
    const plan = programOf(specification()).plan("fit");
    const candidates: Candidate[] = [];
    for (const batch of batches) {
      const inputs = inputsOf(batch);
      const tensors = new Map([...storedWeights(plan), ...inputs]);
      for (const pass of passes) {
        const same = [await ourPrediction(plan, pass, { batch, inputs, engine })];
        if (torch) same.push(await torch.prediction(tensors, pass.map(classifierOf), 1));
        await assertSameLosses(same);
        candidates.push(...same);
      }
    }
    const timings = await interleave(candidates, repetitions, "processor");
    for (const candidate of candidates) await candidate.dispose();
    await engine.dispose();
    const systems = torch ? 2 : 1;
    const of = (index: number): Timing => timings[index] ?? { name: "", samples: [] };
    const rows = batches.map((batch, index) => {
      const first = index * passes.length * systems;
      const [one, four] = [first, first + systems];
      const figures = (system: number): readonly string[] => [
        ...[one, four].map((pass) => digits((1000 * batch) / median(of(pass + system).samples))),
        factor(median(ratios(of(four + system), of(one + system)))),
      ];
      const beside = torch
        ? [...figures(1), ...[one, four].map((pass) => factor(median(ratios(of(pass), of(pass + 1)))))]
        : [];
      return [String(batch), ...figures(0), ...beside];
    });
    const columns = ["one task", "four tasks", "four ∕ one"];
    const head = [
      "batch",
      ...columns,
      ...(torch ? [...columns.map((column) => `eager: ${column}`), "time, ours ∕ eager: one", "four"] : []),
    ];
    return `Examples a second of the graph \`predict\` of the quickstart's model (\`examples/mbt.mtl\`) on one thread, by processor time: its task alone, and four tasks of its kind in one pass, each with a classifier of its own. In PyTorch ${torch ? `${torch.version} ` : ""}the same forward pass with fused attention, under \`inference_mode\`${torch ? "; the outputs of both agree within a thousandth" : "; it was not installed"}. Four ∕ one is the ratio of their times.

${table(head, rows)}`;
  },
};

/** A picture and the ids of a name for each row; names have 3 to 10 tokens. */
function inputsOf(batch: number): Map<string, StoredTensor> {
  const random = generator(1, "prediction");
  const fill = (count: number, below: number) => Array.from({ length: count }, () => random.below(below));
  const lengths = Array.from({ length: batch }, () => 3 + random.below(8));
  const mask = Uint8Array.from({ length: batch * 24 }, (_, at) =>
    at % 24 < (lengths[Math.floor(at / 24)] ?? 0) ? 1 : 0,
  );
  const ids = Int32Array.from(mask, (there) => (there === 1 ? 4 + random.below(1996) : 0));
  return new Map<string, StoredTensor>([
    ["drawing", { dtype: "U8", shape: [batch, 24, 24, 3], data: Uint8Array.from(fill(batch * 24 * 24 * 3, 256)) }],
    ["ids", { dtype: "I32", shape: [batch, 24], data: ids }],
    ["mask", { dtype: "U8", shape: [batch, 24], data: mask }],
  ]);
}

interface PredictionOf {
  readonly batch: number;
  readonly inputs: ReadonlyMap<string, StoredTensor>;
  readonly engine: Engine;
}

/** Our prediction; its loss, by which systems are compared, is the sum of the squared outputs. */
async function ourPrediction(
  plan: StagePlan,
  pass: readonly string[],
  { batch, inputs, engine }: PredictionOf,
): Promise<Candidate> {
  const executable = new BoundExecutable(await engine.load(plan.predict(pass, { batch })), initialStore(plan));
  const features = new Map(
    [...inputs].map(([name, { data }]) => [
      name === "drawing" ? name : `name.${name}`,
      data as Uint8Array | Int32Array,
    ]),
  );
  const rowWeight = new Float32Array(batch).fill(1);
  const parts = new Map(pass.map((task) => [task, { rowWeight }]));
  const fed = { features, rowWeight, keys: [], ...(pass.length > 1 ? { parts } : {}) };
  return {
    name: "ours",
    steps: (count) =>
      timedSteps(count, async () => {
        const outputs = predictionsOf(await executable.run({ batch: fed }));
        let sum = 0;
        for (const values of outputs.values()) for (const value of values) sum += value * value;
        return sum;
      }),
    dispose: () => executable.dispose(),
  };
}

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { openEngine } from "../../runtime/engines/open-engine.ts";
import { StageExecutables } from "../../runtime/train/step/stage-executables.ts";
import { TensorStore } from "../../runtime/train/step/tensor-store.ts";
import type { AsynchronousWork } from "../asynchronous-worker.ts";
import { initialStore, planOf } from "../graph-candidate.ts";
import { groupedWords } from "../grouped-words.ts";
import { median } from "../interleave.ts";
import type { Section } from "../section.ts";
import { type Size, sizes } from "../size.ts";
import { digits, factor, table } from "../table.ts";

interface Setting {
  readonly name: string;
  readonly workers: number;
  /** The threads of each worker's engine. */
  readonly threads: number;
}

interface Training {
  /** Updates a second. */
  readonly speed: number;
  /** The mean loss of batches that were not trained on. */
  readonly loss: number;
}

const settings: readonly Setting[] = [
  { name: "one worker", workers: 1, threads: 1 },
  { name: "one worker with two threads", workers: 1, threads: 2 },
  { name: "two workers", workers: 2, threads: 1 },
];
const cases: readonly { readonly name: string; readonly size: Size; readonly updates: number }[] = [
  { name: "small", size: { ...sizes.small, vocabulary: 64 }, updates: 200 },
  { name: "middle, batch 8", size: { ...sizes.middle, vocabulary: 64, batch: 8 }, updates: 40 },
];
const unseen = 32;

export const asynchronous: Section = {
  name: "asynchronous",
  title: "Asynchronous updates by threads that share the weights",
  run: async ({ repetitions, note }) => {
    const rows: string[][] = [];
    for (const { name, size, updates } of cases) {
      note(name);
      const trainings = settings.map((): Training[] => []);
      for (let round = 0; round < Math.min(repetitions, 5); round++)
        for (const [index, setting] of settings.entries()) trainings[index]?.push(await train(size, setting, updates));
      const [first = []] = trainings;
      for (const [index, { name: setting }] of settings.entries()) {
        const own = trainings[index] ?? [];
        const losses = own.map(({ loss }) => loss);
        rows.push([
          `${name}: ${setting}`,
          digits(median(own.map(({ speed }) => speed))),
          factor(median(own.map(({ speed }, round) => speed / (first[round]?.speed ?? Number.NaN)))),
          `${median(losses).toFixed(3)} (${Math.min(...losses).toFixed(3)}–${Math.max(...losses).toFixed(3)})`,
        ]);
      }
    }
    return `HogWild with real threads (Recht et al., 2011): each worker thread copies the weights, computes gradients on rows of its own, and writes its update into the shared weights without a lock; moments of Adam are the worker's own. mtl trains in one thread
and does not offer this, because what such a training gives is **not reproducible**: it depends on which thread is faster, and updates that overlap are lost in part. \`step: hogwild\` simulates it with a seed.
Updates a second of all workers together (elapsed time), and the loss of rows that were not trained on after ${cases.map(({ name, updates }) => `${updates} updates (${name})`).join(" and ")}: the median of the runs, with the lowest and the highest.

${table(["training", "updates a second", "× one worker", "loss"], rows)}`;
  },
};

async function train(size: Size, { workers, threads }: Setting, updates: number): Promise<Training> {
  const plan = planOf(size);
  const initial = initialStore(plan);
  const weights = new Map(
    plan.weights.map(({ name }) => {
      const data = initial.current(name);
      const buffer = new SharedArrayBuffer(data.byteLength);
      new Float32Array(buffer).set(data);
      return [name, buffer] as const;
    }),
  );
  const begun = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const running = Array.from({ length: workers }, (_, worker) => {
    const work: AsynchronousWork = { size, worker, threads, updates, begun, weights };
    return new Worker(new URL("../asynchronous-worker.js", import.meta.url), { workerData: work });
  });
  const ended = running.map((worker) => once(worker, "exit"));
  await Promise.all(running.map((worker) => once(worker, "message")));
  const start = performance.now();
  // A thread of Node has no origin, which the rule asks for.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  for (const worker of running) worker.postMessage("go");
  await Promise.all(running.map((worker) => once(worker, "message")));
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(ended);
  return { speed: updates / seconds, loss: await lossOf(size, weights) };
}

async function lossOf(size: Size, weights: ReadonlyMap<string, SharedArrayBuffer>): Promise<number> {
  const plan = planOf(size);
  const [task = ""] = plan.tasks;
  const store = new TensorStore();
  for (const { name, shape } of plan.weights)
    store.set(name, { shape, data: Float32Array.from(new Float32Array(weights.get(name) ?? new ArrayBuffer(0))) });
  const engine = await openEngine({ engine: "onnx:native", threads: 1 });
  const executables = new StageExecutables(engine, plan, store);
  const evaluate = await executables.get({ kind: "evaluate", pass: task });
  let sum = 0;
  for (let batch = 0; batch < unseen; batch++)
    sum += (await evaluate.run({ batch: groupedWords(size, task, ["unseen", batch]) })).get("loss")?.[0] ?? Number.NaN;
  await executables.dispose();
  await engine.dispose();
  return sum / unseen;
}

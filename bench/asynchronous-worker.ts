import { once } from "node:events";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { openEngine } from "../runtime/engines/open-engine.ts";
import { StageExecutables } from "../runtime/train/step/stage-executables.ts";
import { TensorStore } from "../runtime/train/step/tensor-store.ts";
import { UpdateCounts } from "../runtime/train/step/update-counts.ts";
import { initialStore, planOf } from "./graph-candidate.ts";
import { groupedWords } from "./grouped-words.ts";
import type { Size } from "./size.ts";

/** The work of a thread that trains on weights in memory which it shares with others. */
export interface AsynchronousWork {
  readonly size: Size;
  readonly worker: number;
  /** The threads of its engine. */
  readonly threads: number;
  /** The updates of all workers together. */
  readonly updates: number;
  /** The number of updates that have begun, in one Int32. */
  readonly begun: SharedArrayBuffer;
  readonly weights: ReadonlyMap<string, SharedArrayBuffer>;
}

/**
 * Takes updates as long as there are some left: copies the weights, since the engine reads no shared memory, computes gradients,
 * and writes the update into the shared weights without waiting for anyone. The moments of Adam are the worker's own.
 */
async function work(port: MessagePort, { size, worker, threads, updates, begun, weights }: AsynchronousWork) {
  const plan = planOf(size);
  const [task = ""] = plan.tasks;
  const engine = await openEngine({ engine: "onnx:native", threads });
  const own = initialStore(plan);
  const shared = new TensorStore();
  for (const { name, shape } of plan.weights)
    shared.set(name, { shape, data: new Float32Array(weights.get(name) ?? new SharedArrayBuffer(0)) });
  const [reading, writing] = [new StageExecutables(engine, plan, own), new StageExecutables(engine, plan, shared)];
  const gradients = await reading.get({ kind: "gradients", pass: task });
  const apply = await writing.get({ kind: "apply", tasks: [task] });
  const counts = new UpdateCounts(plan);
  const count = new Int32Array(begun);
  for (let warm = 0; warm < 3; warm++) await gradients.run({ batch: groupedWords(size, task, ["warm", warm]) });
  port.postMessage("ready");
  await once(port, "message");
  for (let made = 0; Atomics.add(count, 0, 1) < updates; made++) {
    for (const { name } of plan.weights) own.current(name).set(shared.current(name));
    const found = await gradients.run({ batch: groupedWords(size, task, [worker, made]) });
    await apply.run({ gradients: found, updates: counts.count(apply.graph, 1) });
  }
  port.postMessage("done");
  await reading.dispose();
  await writing.dispose();
  await engine.dispose();
}

if (parentPort) await work(parentPort, workerData as AsynchronousWork);

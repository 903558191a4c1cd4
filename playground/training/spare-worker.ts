import type { TrainingWorker } from "../../runtime/browser/start-training.ts";
import type { CallMessage, WorkerMessage } from "../../runtime/browser/training-messages.ts";

type OnMessage = (message: { readonly data: WorkerMessage }) => void;

let spare: TrainingWorker | undefined;

/** Loads a worker before it is needed, so that a training begins sooner. */
export function prepareWorker(): void {
  spare ??= newWorker();
}

/** A worker that no training has used yet. */
export function takeWorker(): TrainingWorker {
  const taken = spare ?? newWorker();
  spare = undefined;
  return taken;
}

/** The number of a call whose answer nobody waits for. */
const unasked = 0;

/** A worker says once that it is loaded, and then loads its engine; a training that begins later gets the message too. */
function newWorker(): TrainingWorker {
  const worker = new Worker(new URL("../../runtime/browser/training-worker.js", import.meta.url), {
    type: "module",
    name: "mtl training",
  });
  let isReady = false;
  const onReady = (): void => {
    isReady = true;
    const prepare: CallMessage = { id: unasked, call: "prepare", parameters: [{ engine: "onnx:wasm", threads: 1 }] };
    worker.postMessage(prepare);
  };
  worker.addEventListener("message", onReady, { once: true });
  const listen = (kind: string, listener: (event: never) => void): void => {
    worker.addEventListener(kind, listener as (event: Event) => void);
    if (kind === "message" && isReady) queueMicrotask(() => (listener as OnMessage)({ data: { ready: true } }));
  };
  return {
    addEventListener: listen,
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => worker.terminate(),
  };
}

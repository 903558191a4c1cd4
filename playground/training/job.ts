import { formatBytes } from "../../compiler/analysis/cost/amounts.ts";
import type { TrainingJob } from "../../runtime/browser/training-messages.ts";
import { hasAdapter } from "../../runtime/engines/has-adapter.ts";
import { costs } from "../state/app-state.ts";
import { keptName } from "./kept-offer.ts";
import { ownFiles } from "./own-files.ts";
import { placed } from "./placed-files.ts";
import { missingTable, tablesOf } from "./tables.ts";
import { keepTrainedFiles } from "./trained-files.ts";
import { filesOfExample } from "./training-files.ts";
import type { Trained } from "./training-state.ts";

/** The memory that WebAssembly can have, and that a weight takes of it. */
const mostBytes = 2 ** 32;
const weightBytes = 4;

export interface Job extends TrainingJob {
  readonly keep: string;
}

/** The reason why a text cannot be trained here, and the way out. */
export interface Refusal {
  readonly message: string;
  readonly help: string;
}

/**
 * A training of a text with its settings: on the reader's own files, or on the data of its example. `onNote` gets what
 * is not as the settings ask.
 */
export async function jobOf({ state, specification }: Trained, onNote: (text: string) => void): Promise<Job | Refusal> {
  const { name, files: texts, example, set, seed, engine } = state;
  const own = ownFiles.peek();
  const data = own.size > 0 ? "own" : "example";
  const ofExample = data === "example" && example !== undefined ? await filesOfExample(example) : new Map();
  const tables = tablesOf(specification, name);
  const files = placed(data === "own" ? own : ofExample, tables);
  const missing = missingTable(tables, files);
  const refusal = missing === undefined ? withoutMemory() : withoutTable(missing, data);
  if (refusal) return refusal;
  keepTrainedFiles(files);
  return {
    files: { ...Object.fromEntries(files), ...texts },
    specification: name,
    engine: await engineHere(engine, onNote),
    // One thread of WebAssembly gives the same bits on every machine, so that a link gives the same losses.
    threads: 1,
    ...(set === undefined ? {} : { set }),
    ...(seed === undefined ? {} : { seed }),
    keep: await keptName(state, data),
  };
}

function withoutTable(table: string, data: "own" | "example"): Refusal {
  return data === "own"
    ? {
        message: `${table} is not among your files.`,
        help: "Add it below, or write the path of your table into the data set.",
      }
    : {
        message: `The page has no data for ${table}.`,
        help: "Give your own files below: a table of this name is found in any folder.",
      };
}

function withoutMemory(): Refusal | undefined {
  const weights = weightBytes * (costs.peek()?.value.parameters ?? 0);
  if (weights <= mostBytes) return undefined;
  return {
    message: `The weights need ${formatBytes(weights)}, and WebAssembly has at most ${formatBytes(mostBytes)} of memory.`,
    help: "Lower a width or a length of the model.",
  };
}

async function engineHere(
  engine: Trained["state"]["engine"],
  onNote: (text: string) => void,
): Promise<"onnx:wasm" | "onnx:webgpu"> {
  if (engine === undefined) return "onnx:wasm";
  if (await hasAdapter()) return engine;
  onNote(
    "This browser has no graphics processor for onnx:webgpu, which the settings ask for: onnx:wasm trains instead.",
  );
  return "onnx:wasm";
}

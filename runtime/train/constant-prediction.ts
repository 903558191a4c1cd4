import { classCount, featureOfTarget, predictionNames } from "../../compiler/features.ts";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Data } from "../data/data.ts";
import type { TensorData } from "../engines/engine.ts";

/** Predictions of a batch of this size, by name, that do not look at its rows. */
export type ConstantPrediction = (size: number) => ReadonlyMap<string, TensorData>;

const atOnce = 256;

/**
 * What can be said without looking at an example: the classes by how often the training split has them, or its mean. The metrics of this are the
 * floor that a model has to beat.
 */
export async function constantPrediction(task: ResolvedTask, data: Data): Promise<ConstantPrediction> {
  const { target } = task;
  const name = predictionNames[target.kind];
  // No candidate is better than another one to who does not look.
  if (target.kind === "ranking") return (size) => new Map([[name, new Float32Array(size * (task.candidates?.most ?? 1))]]);
  const feature = featureOfTarget(task.name, target).name;
  const rows = data.rows(task.name, "train");
  const width = target.kind === "labels" ? classCount(target) : 1;
  const sums = new Float64Array(target.kind === "category" ? classCount(target) : width);
  let count = 0;
  for (let start = 0; start < rows; start += atOnce) {
    const size = Math.min(atOnce, rows - start);
    const { features, rowWeight } = await data.batch({ task: task.name, split: "train", size, rows: Array.from({ length: size }, (_, row) => start + row) });
    const values = features.get(feature);
    if (!values) throw new Error(`the data has no feature ${feature}`);
    for (let row = 0; row < size; row++) {
      if (rowWeight[row] === 0) continue;
      count++;
      if (target.kind === "category") add(sums, values[row] ?? 0, 1);
      else for (let column = 0; column < width; column++) add(sums, column, values[row * width + column] ?? 0);
    }
  }
  const row = Float32Array.from(sums, (sum) => scoreOf(target.kind, sum / Math.max(count, 1)));
  return (size) => new Map([[name, Float32Array.from({ length: size * row.length }, (_, place) => row[place % row.length] ?? 0)]]);
}

function add(sums: Float64Array, place: number, value: number): void {
  sums[place] = (sums[place] ?? 0) + value;
}

/** A share as a score: its logarithm among classes, its log-odds as a label; kept finite for what never occurs. */
function scoreOf(kind: ResolvedTask["target"]["kind"], share: number): number {
  if (kind === "number") return share;
  const kept = Math.min(Math.max(share, 1e-6), 1 - 1e-6);
  return kind === "category" ? Math.log(kept) : Math.log(kept / (1 - kept));
}

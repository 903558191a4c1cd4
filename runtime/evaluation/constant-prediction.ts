import { classCount, maskedTextOf, predictionNames, targetName } from "../../compiler/features/features.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { Data } from "../data/data.ts";
import type { MeasuredTensor } from "../metrics/observed-rows.ts";

/** Predictions of a batch of this size, by name, that do not look at its rows. */
export type ConstantPrediction = (size: number) => ReadonlyMap<string, MeasuredTensor>;

const atOnce = 256;

/**
 * What can be said without looking at an example: the classes or tokens by how often the training split has them, or its mean. The metrics of
 * this are the floor that a model has to beat.
 */
export async function constantPrediction(
  task: ResolvedTask,
  data: Data,
  modalities: ResolvedSpecification["modalities"],
): Promise<ConstantPrediction> {
  const { target } = task;
  const name = predictionNames[target.kind];
  // No candidate is better than another one to who does not look.
  if (target.kind === "ranking")
    return (size) => new Map([[name, new Float32Array(size * (task.candidates?.most ?? 1))]]);
  const masked = maskedTextOf(target, (modality) => modalities[modality]);
  const sums = new Float64Array(masked ? masked.text.tokenizer.size : "classes" in target ? classCount(target) : 1);
  // What a row's target holds: ids, of which each counts as one, or a number for each column.
  const isCounted = target.kind === "category" || masked !== undefined;
  const rows = data.rows(task.name, "train");
  let count = 0;
  for (let start = 0; start < rows; start += atOnce) {
    const size = Math.min(atOnce, rows - start);
    const { features, numbers, rowWeight } = await data.batch({
      task: task.name,
      split: "train",
      size,
      rows: Array.from({ length: size }, (_, row) => start + row),
      modalities: masked ? [masked.target.modality] : [],
    });
    const values = numbers ?? features.get(targetName(task.name));
    if (!values) throw new Error(`the data has no target of ${task.name}`);
    const width = values.length / size;
    for (let row = 0; row < size; row++) {
      if (rowWeight[row] === 0) continue;
      const own = values.subarray(row * width, (row + 1) * width);
      if (isCounted) for (const id of own.filter((each) => each >= 0)) add(sums, id, 1);
      else for (const [column, value] of own.entries()) add(sums, column, value);
      count += isCounted ? own.filter((each) => each >= 0).length : 1;
    }
  }
  if (target.kind === "number")
    return (size) => new Map([[name, new Float64Array(size).fill((sums[0] ?? 0) / Math.max(count, 1))]]);
  const row = Float32Array.from(sums, (sum) => scoreOf(target.kind, sum / Math.max(count, 1)));
  const places = masked ? masked.places : 1;
  return (size) =>
    new Map([
      [name, Float32Array.from({ length: size * places * row.length }, (_, place) => row[place % row.length] ?? 0)],
    ]);
}

function add(sums: Float64Array, place: number, value: number): void {
  sums[place] = (sums[place] ?? 0) + value;
}

/** A share as a score: its logarithm among classes and tokens, its log-odds as a label; kept finite for what never occurs. */
function scoreOf(kind: ResolvedTask["target"]["kind"], share: number): number {
  const kept = Math.min(Math.max(share, 1e-6), 1 - 1e-6);
  return kind === "labels" ? Math.log(kept / (1 - kept)) : Math.log(kept);
}

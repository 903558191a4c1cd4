import type { ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import type { TensorData } from "../../engines/engine.ts";
import { scaleOf, toLearn } from "../../targets/number-scale.ts";
import { asTensor, copySlots, featureStore, slotsOf } from "../columns/feature-store.ts";
import type { TextSwitch } from "../augment/text-switcher.ts";
import type { Batch, BatchRequest, Preprocessing } from "../data.ts";
import type { Segments } from "../features/text.ts";
import { type DrawnRows, drawRows } from "../makers/draw-rows.ts";
import type { FeatureReader } from "../features/feature-reader.ts";
import { type TaskRow, type TaskRows, classWeightOf } from "../rows/task-rows.ts";
import { emptyBatch, featuresOfBatch } from "./batch-features.ts";
import { keyOf } from "./example-source.ts";

/** The readers and the fitted preprocessing by which rows of data sets become features. */
export interface BatchReading {
  readonly readers: ReadonlyMap<string, FeatureReader>;
  readonly preprocessing: Preprocessing;
  /** By task, the switches of its texts (`code_switch`); absent if no task has one. */
  readonly switches?: ReadonlyMap<string, ReadonlyMap<string, TextSwitch>>;
}

/** A row of a data set. */
export type DatasetRow = Pick<TaskRow, "dataset" | "row">;

/**
 * The features of a task's inputs in some rows, each `[size, …]`; padded rows are zeros. Values that are drawn from other
 * rows are several for each row where the task has candidates.
 */
export async function inputFeatures(
  task: ResolvedTask,
  rows: readonly DatasetRow[],
  size: number,
  {
    readers,
    preprocessing,
    switches,
    draw,
    drawn,
  }: BatchReading & { readonly drawn?: DrawnRows | undefined; readonly draw?: BatchRequest["draw"] | undefined },
): Promise<Map<string, TensorData>> {
  if (rows.length > size) throw new Error(`${rows.length} rows do not fit a batch of ${size}`);
  const rowsOf = (modality: string): readonly (DatasetRow | undefined)[] => drawn?.rowsOf(modality) ?? rows;
  const inputs = task.inputs.flatMap((input) =>
    emptyBatch({ ...task, inputs: [input] }, readers, size * (drawn?.pairsOf(input.modality) ?? 1)),
  );
  const decoding: Promise<void>[] = [];
  for (const { modality, store, present } of inputs) {
    const change = draw && switches?.get(task.name)?.get(modality);
    const each = drawn?.pairsOf(modality) ?? 1;
    for (const [at, place] of rowsOf(modality).entries()) {
      const column = place?.dataset.columns.get(modality);
      if (!place || column?.cell(place.row, present ? "optional" : "required").kind !== "present") continue;
      if (present !== undefined) present[at] = 1;
      const example = rows[Math.floor(at / each)] ?? place;
      const decoded = change
        ? column.encodeChanged(
            place.row,
            (value, candidate) =>
              change(value as Segments, { key: keyOf(example), index: (at % each) + candidate, draw }),
            store,
            at,
          )
        : column.copy(place.row, store, at);
      if (decoded !== undefined) decoding.push(decoded);
    }
  }
  await Promise.all(decoding);
  return featuresOfBatch(inputs, preprocessing);
}

/** The targets of a task in some rows, and what each row counts. */
export interface TargetsOfRows {
  /** `[size, …]` by name. */
  readonly features: ReadonlyMap<string, TensorData>;
  readonly exact: ReadonlyMap<string, Float64Array>;
  /** `[size]`: 0 where there is no row. */
  readonly weights: Float64Array;
}

/** Reads targets. A row that is `undefined` lacks its target, and has the mean of a number, which standardises to 0; so do padded rows. */
export function targetsOfRows(
  having: TaskRows,
  rows: readonly (TaskRow | undefined)[],
  size: number,
  { preprocessing, draw }: Pick<BatchReading, "preprocessing"> & { readonly draw?: BatchRequest["draw"] | undefined },
): TargetsOfRows {
  const { numbers } = targetOf(having.task.target);
  const scale = scaleOf(having.task.name, preprocessing);
  const targets = featureStore(having.targets.features, size);
  const weights = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    const row = rows[at];
    if (row) {
      copySlots(having.targets.slots(row.target), targets, at);
      // Only a training batch has a draw.
      weights[at] = row.dataset.rows.weight(row.row) * (draw ? classWeightOf(having, row) : 1);
    } else if (numbers) {
      for (const slot of slotsOf(targets, at)) slot.set(scale.means);
    }
  }
  const features = new Map<string, TensorData>(
    targets.features.map(({ name }, index) => [name, asTensor(targets.columns[index] ?? new Uint8Array(0))]),
  );
  const exact = new Map(
    having.features.flatMap(({ name, keptAs }, index) =>
      keptAs ? [[name, Float64Array.from(targets.columns[index] ?? [])] as const] : [],
    ),
  );
  if (numbers) for (const [name, values] of exact) features.set(name, toLearn(values, scale));
  return { features, exact, weights };
}

/** A batch of one task, before anything is made of its rows that the data does not have. */
export async function taskBatch(
  { task, split, rows, size, draw, mode, modalities }: BatchRequest,
  having: TaskRows | undefined,
  reading: BatchReading,
): Promise<Batch> {
  if (having === undefined) throw new Error(`no data for task "${task}"`);
  const { inputs } = having.task;
  const wanted = modalities ? inputs.filter(({ modality }) => modalities.includes(modality)) : inputs;
  const taskRows = rows.map((position) => having.at(split, position));
  const drawn = drawRows(having, taskRows, { split, size, draw, mode });
  const features = await inputFeatures({ ...having.task, inputs: wanted }, taskRows, size, { ...reading, drawn, draw });
  const targets = targetsOfRows(having, taskRows, size, { ...reading, draw });
  const batch = {
    features: new Map([...features, ...targets.features, ...(drawn?.features ?? [])]),
    rowWeight: Float32Array.from(targets.weights),
    weights: targets.weights,
    keys: taskRows.map(keyOf),
  };
  return targets.exact.size > 0 ? { ...batch, exact: targets.exact } : batch;
}

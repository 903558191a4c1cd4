import { targetOf } from "../../compiler/targets/index.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { emptyBatch, featuresOfBatch } from "./batch/batch-features.ts";
import { classMask } from "./batch/class-mask.ts";
import { oddClasses } from "./fit/odd-classes.ts";
import { type Batch, type BatchRequest, type Data, type ExamplePlace, type Preprocessing } from "./data.ts";
import { exampleSource, keyOf } from "./batch/example-source.ts";
import { asTensor, copySlots, featureStore, slotsOf } from "./columns/feature-store.ts";
import type { FeatureReader } from "./features/feature-reader.ts";
import { cacheFolderOf, loadData, type OpenDataOptions } from "./load-data.ts";
import { closeDatasets, type LoadedDataset } from "./columns/loaded-dataset.ts";
import { fittedBy } from "./fit/preprocessing.ts";
import { refusals, refusalsOfTrained } from "./refusals.ts";
import { makersOf } from "./makers/index.ts";
import { type Leak, findLeaks } from "./stats/leaks.ts";
import { targetNotes, targetsAmongInputs } from "./stats/targets-among-inputs.ts";
import { shortenTexts } from "./batch/shorten-texts.ts";
import { scaleOf, toLearn } from "../targets/number-scale.ts";
import { type TaskRow, type TaskRows, classWeightOf } from "./rows/task-rows.ts";

/** Data that was read from files. */
export interface OpenedData extends Data {
  /** Compares the inputs of validation and test rows with those that training sees. */
  leaks(): readonly Leak[];
  /** Sentences about possible mistakes. */
  readonly notes: readonly string[];
  /** Sentences about likely mistakes. */
  readonly warnings: readonly string[];
}

/** Reads, checks, splits and encodes the data sets of a specification. Throws `UserError` of kind "data". */
export async function openData(options: OpenDataOptions): Promise<OpenedData> {
  const loaded = await loadData(options);
  const { datasets, tasks, readers, preprocessing } = loaded;
  const makers = makersOf({
    specification: options.specification,
    encodingOf: fittedBy(preprocessing).encodingOf,
  });
  const odd = oddClasses(loaded);
  const classMasks = new Map(
    [...tasks].map(([name, { task }]) => [name, classMask(options.specification, task, preprocessing)] as const),
  );
  const [refusal] = options.preprocessing === undefined ? refusals(loaded) : refusalsOfTrained(loaded);
  if (refusal) {
    await closeDatasets(datasets);
    throw refusal;
  }
  const problems = datasets.flatMap((dataset) => dataset.problems.list());
  const cacheFolder = cacheFolderOf(options);
  const rowAt = ({ task, split, row }: ExamplePlace): TaskRow => {
    const rows = tasks.get(task);
    if (rows === undefined) throw new Error(`no data for task "${task}"`);
    return rows.at(split, row);
  };
  return {
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
    rows: (task, split) => tasks.get(task)?.count(split) ?? 0,
    batch: async (request) => {
      const read = await makeBatch(request, tasks.get(request.task), readers, preprocessing);
      const batch = makers.get(request.task)?.(read, request) ?? read;
      const mask = classMasks.get(request.task);
      const whole = mask ? { ...batch, classMask: mask } : batch;
      return shortenTexts(whole, options.specification, request.lengths ?? {});
    },
    tokens: (place) => {
      const { dataset, row } = rowAt(place);
      const inputs = tasks.get(place.task)?.task.inputs ?? [];
      return Object.fromEntries(
        inputs.map(({ modality }) => [modality, dataset.columns.get(modality)?.tokens(row) ?? 0]),
      );
    },
    window: (task) => windowOf(options.specification, task),
    source: (place) => exampleSource(rowAt(place), options.specification, place.task, options),
    preprocessing,
    problems,
    contents: contentHashes(datasets),
    warnings: odd.warnings,
    notes: [
      ...datasets.flatMap(({ notes }) => notes),
      ...loaded.notes,
      ...datasets.flatMap(pathNotes),
      ...odd.notes,
      ...targetNotes(targetsAmongInputs(loaded)),
    ],
    leaks: () => findLeaks(options.specification, loaded),
    close: () => closeDatasets(datasets),
  };
}

/** The smallest window of the data sets that have a task. */
function windowOf({ datasets }: ResolvedSpecification, task: string): number | undefined {
  const windows = Object.values(datasets).flatMap(({ tasks, window }) =>
    tasks.includes(task) && window !== undefined ? [window] : [],
  );
  return windows.length > 0 ? Math.min(...windows) : undefined;
}

function pathNotes({ dataset, columns }: LoadedDataset): readonly string[] {
  return [...columns].flatMap(([modality, { pathLike }]) =>
    pathLike.map(
      (column) =>
        `Column "${column}" of data set "${dataset.name}" has names of files, and ${modality} reads the names themselves. To read the contents of the files, write columns: { ${modality}: file("${column}") }.`,
    ),
  );
}

function contentHashes(datasets: readonly LoadedDataset[]): Data["contents"] {
  const hashes = datasets.flatMap(({ dataset, columns }) =>
    [...columns].map(([modality, column]) => [`${dataset.name}.${modality}`, column.contentHash()] as const),
  );
  return Object.fromEntries(hashes.flatMap(([name, hash]) => (hash === undefined ? [] : [[name, hash]])));
}

async function makeBatch(
  { task, split, rows, size, draw, modalities }: BatchRequest,
  having: TaskRows | undefined,
  readers: ReadonlyMap<string, FeatureReader>,
  preprocessing: Preprocessing,
): Promise<Batch> {
  if (having === undefined) throw new Error(`no data for task "${task}"`);
  if (rows.length > size) throw new Error(`${rows.length} rows do not fit a batch of ${size}`);
  const { inputs: declared } = having.task;
  const inputs = emptyBatch(
    {
      ...having.task,
      inputs: modalities ? declared.filter(({ modality }) => modalities.includes(modality)) : declared,
    },
    readers,
    size,
  );
  const { numbers } = targetOf(having.task.target);
  const scale = scaleOf(task, preprocessing);
  const targets = featureStore(having.targets.features, size);
  // Padded rows have the target's mean, which standardises to 0.
  for (let row = numbers ? rows.length : size; row < size; row++)
    for (const slot of slotsOf(targets, row)) slot.set(scale.means);
  const weights = new Float64Array(size);
  const keys: string[] = [];
  const decoding: Promise<void>[] = [];
  for (const [at, position] of rows.entries()) {
    const taskRow = having.at(split, position);
    for (const { modality, store, present } of inputs) {
      const column = taskRow.dataset.columns.get(modality);
      if (column?.cell(taskRow.row).kind !== "present") continue;
      if (present !== undefined) present[at] = 1;
      const decoded = column.copy(taskRow.row, store, at);
      if (decoded !== undefined) decoding.push(decoded);
    }
    copySlots(having.targets.slots(taskRow.target), targets, at);
    // Only a training batch has a draw.
    weights[at] = taskRow.dataset.rows.weight(taskRow.row) * (draw ? classWeightOf(having, taskRow) : 1);
    keys.push(keyOf(taskRow));
  }
  await Promise.all(decoding);
  const features = featuresOfBatch(inputs, preprocessing);
  for (const [index, { name }] of targets.features.entries())
    features.set(name, asTensor(targets.columns[index] ?? new Uint8Array(0)));
  const batch = { features, rowWeight: Float32Array.from(weights), weights, keys };
  const exact = new Map(
    having.features.flatMap(({ name, keptAs }, index) =>
      keptAs ? [[name, Float64Array.from(targets.columns[index] ?? [])] as const] : [],
    ),
  );
  if (numbers) for (const [name, values] of exact) features.set(name, toLearn(values, scale));
  return exact.size > 0 ? { ...batch, exact } : batch;
}

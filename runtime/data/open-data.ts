import { memoised } from "../../compiler/stage/memoised.ts";
import { taskTarget } from "../../compiler/targets/task-target.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { classMask } from "./batch/class-mask.ts";
import { oddClasses } from "./fit/odd-classes.ts";
import type { Data, ExamplePlace, RawExample } from "./data.ts";
import { exampleSource } from "./batch/example-source.ts";
import { rawExample } from "./batch/raw-example.ts";
import { cacheFolderOf, loadData, type OpenDataOptions } from "./load-data.ts";
import { closeDatasets, type LoadedDataset } from "./columns/loaded-dataset.ts";
import { fittedBy } from "./fit/preprocessing.ts";
import { refusals, refusalsOfTrained } from "./refusals.ts";
import { makersOf } from "./makers/index.ts";
import { type Leak, findLeaks } from "./stats/leaks.ts";
import { targetNotes, targetsAmongInputs } from "./stats/targets-among-inputs.ts";
import { sharedData } from "./batch/shared-batch.ts";
import { taskBatch } from "./batch/task-batch.ts";
import { shortenTexts } from "./batch/shorten-texts.ts";
import { lackingNegatives } from "./rows/lacking-negatives.ts";
import type { TaskRow } from "./rows/task-rows.ts";

/** Data that was read from files. */
export interface OpenedData extends Data {
  /** Compares the inputs of validation and test rows with those that training sees. */
  leaks(): readonly Leak[];
  /** The values of all modalities that an example's row has, as a model predicts from them. */
  example(place: ExamplePlace): Promise<RawExample>;
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
  const reading = { readers, preprocessing, switches: loaded.switches };
  const targetFeatures = new Map(
    Object.values(options.specification.tasks).map((task) => [
      task.name,
      taskTarget(task, options.specification).features,
    ]),
  );
  const rowAt = ({ task, split, row }: ExamplePlace): TaskRow => {
    const rows = tasks.get(task);
    if (rows === undefined) throw new Error(`no data for task "${task}"`);
    return rows.at(split, row);
  };
  return {
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
    rows: (task, split) => tasks.get(task)?.count(split) ?? 0,
    batch: async (request) => {
      const read = await taskBatch(request, tasks.get(request.task), reading);
      const batch = makers.get(request.task)?.(read, request) ?? read;
      const mask = classMasks.get(request.task);
      const whole = mask ? { ...batch, classMask: mask } : batch;
      const features = targetFeatures.get(request.task) ?? [];
      return shortenTexts(whole, options.specification, request.lengths ?? {}, features);
    },
    shared: memoised(
      (names: readonly string[]) => names.join(" "),
      (names) => sharedData(names, { ...reading, specification: options.specification, tasks, makers, classMasks }),
    ),
    tokens: (place) => {
      const { dataset, row } = rowAt(place);
      const inputs = tasks.get(place.task)?.task.inputs ?? [];
      return Object.fromEntries(
        inputs.map(({ modality }) => [modality, dataset.columns.get(modality)?.tokens(row) ?? 0]),
      );
    },
    window: (task) => windowOf(options.specification, task),
    source: (place) => exampleSource(rowAt(place), options.specification, place.task, options),
    example: (place) => rawExample(rowAt(place), options.specification),
    preprocessing,
    problems,
    contents: contentHashes(datasets),
    warnings: [...odd.warnings, ...lackingNegatives(loaded)],
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

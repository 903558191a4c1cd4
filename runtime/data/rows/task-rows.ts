import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { type Rules, rulesOf } from "../../../compiler/semantics.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import type { TargetFeature } from "../../../compiler/targets/target.ts";
import { taskTarget } from "../../../compiler/targets/task-target.ts";
import type { Split } from "../data.ts";
import { type ClassifiedRow, classWeights } from "../fit/class-weights.ts";
import { type Presence, columnOf, presenceOf, targetColumn } from "../columns/dataset-fields.ts";
import { type FeatureRows, featureRows } from "../columns/feature-rows.ts";
import { type StoredFeature, featureStore } from "../columns/feature-store.ts";
import { storedFeatures } from "../features/feature-reader.ts";
import { candidateCount } from "../features/candidates.ts";
import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import { isPaged, type ListMemory, wholeMemory } from "../lists/list-memory.ts";
import { type NumberList, numbersOf } from "../lists/number-list.ts";
import { runtimeTargetOf } from "../../targets/index.ts";
import type { Fitted } from "../fit/preprocessing.ts";
import { taggedWords } from "./tagged-words.ts";
import type { RowRegions, TaggedWords, TargetRow } from "../../targets/runtime-target.ts";
import { listedRows } from "./listed-rows.ts";
import { valueIdentity } from "./value-identity.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/** One row of a task: its data set, its row there, and its row in the targets. */
export interface TaskRow {
  readonly dataset: LoadedDataset;
  readonly row: number;
  readonly target: number;
}

/** The usable rows of a task, by split and in order of the files. */
export class TaskRows {
  readonly task: ResolvedTask;
  /** The features of the target that are read from its column, or tell equal values of its modalities. */
  readonly features: readonly TargetFeature[];
  readonly targets: FeatureRows;
  /** The factor on the weight of training rows of each class, by class index. */
  readonly classWeights: readonly number[] | undefined;
  /** The data sets that have the task, in the order of the specification. */
  readonly datasets: readonly LoadedDataset[];
  /** The index of the data set of each target, and its row there. */
  readonly #places: TargetPlaces;
  /** The indices of the targets in each split. */
  readonly #splits: { readonly [Name in Split]: NumberList };

  constructor(
    rows: Pick<TaskRows, "task" | "features" | "targets" | "classWeights">,
    datasets: readonly LoadedDataset[],
    places: TargetPlaces,
    splits: { readonly [Name in Split]: NumberList },
  ) {
    this.task = rows.task;
    this.features = rows.features;
    this.targets = rows.targets;
    this.classWeights = rows.classWeights;
    this.datasets = datasets;
    this.#places = places;
    this.#splits = splits;
  }

  /** The limit on memory for counting and comparing its rows; infinite unless a data set declares a limit on memory. */
  get countingBytes(): number {
    return Math.min(...this.datasets.map(({ paged }) => paged?.countingBytes ?? Infinity));
  }

  count(split: Split): number {
    return this.#splits[split].length;
  }

  at(split: Split, position: number): TaskRow {
    const target = this.#splits[split].at(position);
    const dataset = this.datasets[this.#places.datasets.at(target)];
    const row = this.#places.rows.at(target);
    if (dataset === undefined) throw new Error(`task "${this.task.name}" has no row ${position} in ${split}`);
    return { dataset, row, target };
  }

  *of(split: Split): Generator<TaskRow> {
    for (let position = 0; position < this.count(split); position++) yield this.at(split, position);
  }
}

interface TargetPlaces {
  readonly datasets: NumberList;
  readonly rows: NumberList;
}

/**
 * The rows of a data set that have a target for a task and all of its required inputs. Cells that cannot be read are
 * logged.
 */
export function* usableRows(dataset: LoadedDataset, task: ResolvedTask): Generator<number> {
  const column = targetColumn(dataset.dataset, task);
  const hasTarget = presenceOfTarget(task);
  for (let row = 0; row < dataset.rows.length; row++) {
    if (column !== undefined && !hasTarget(dataset.rows.cell(row, column))) continue;
    let isWhole = true;
    // All inputs are checked, so that each problem is reported.
    for (const { modality, optional } of task.inputs)
      isWhole = isUsable(dataset, modality, row, presenceOf({ modality, optional })) && isWhole;
    if (isWhole) yield row;
  }
}

/** Returns a function that tells if a cell has a target. A row without one may still be used by other tasks. */
export function presenceOfTarget({ target }: ResolvedTask): (cell: unknown) => boolean {
  const { missing = [] } = targetOf(target).column ?? {};
  return (cell) => {
    if (typeof cell !== "string") return cell !== undefined && cell !== null;
    const text = cell.trim();
    return text !== "" && !missing.includes(text);
  };
}

/** The number of candidates of a row, if its task has candidates. */
function candidatesIn(dataset: LoadedDataset, { candidates }: ResolvedTask, row: number): number {
  const [modality] = Object.keys(candidates?.parts ?? {});
  return modality === undefined ? 1 : candidateCount(dataset.columns.get(modality)?.parsed(row));
}

function isUsable(dataset: LoadedDataset, modality: string, index: number, presence: Presence): boolean {
  const column = dataset.columns.get(modality);
  if (column === undefined) return presence === "optional";
  const cell = column.cell(index, presence);
  if (cell.kind === "present" || (cell.kind === "missing" && presence === "optional")) return true;
  const reason = cell.kind === "bad" ? cell.reason : `it has no ${modality}`;
  dataset.problems.add({ ...dataset.rows.place(index), column: column.field.columns.join(", "), reason });
  return false;
}

/** The names of the classes in the training rows of a task. */
export function classNamesOf(datasets: readonly LoadedDataset[], task: ResolvedTask): Set<string> {
  const names = new Set<string>();
  if (!targetOf(task.target).column) return names;
  for (const dataset of datasets) {
    const column = targetColumn(dataset.dataset, task) ?? "";
    for (const row of usableRows(dataset, task)) {
      // A target that cannot be read is logged when it is encoded.
      if (dataset.rows.split(row) === "train")
        for (const name of classNamesIn(task, dataset.rows.cell(row, column))) names.add(name);
    }
  }
  return names;
}

/** The names of the classes in a cell; empty if it cannot be read. */
export function classNamesIn({ target }: ResolvedTask, cell: unknown): readonly string[] {
  try {
    return runtimeTargetOf(target).column?.namesIn(cell) ?? [];
  } catch (error) {
    if (error instanceof UnreadableValue) return [];
    throw error;
  }
}

/** Numbers and grades are kept in the unit and precision of the data. */
function storedFeature(feature: TargetFeature, rules: Rules): StoredFeature {
  const { name, dtype, shape, below, keptAs } = feature;
  return { name, shape, dtype: keptAs?.(rules) ?? dtype, ...(below === undefined ? {} : { below }) };
}

export interface TaskRowsContext extends Pick<Fitted, "encodingOf"> {
  readonly specification: Pick<ResolvedSpecification, "modalities" | "semantics">;
}

/** Encodes the targets of a task. Rows whose target cannot be read are logged and left out. */
export async function taskRows(
  task: ResolvedTask,
  datasets: readonly LoadedDataset[],
  classes: ReadonlyMap<string, number>,
  { specification, encodingOf }: TaskRowsContext,
): Promise<TaskRows> {
  const { column: reader, encodeIdentities } = runtimeTargetOf(task.target);
  const { madeOf = [], trainsWith = [], drawnRows } = targetOf(task.target);
  const sources = [...madeOf.map(({ modality }) => modality), ...trainsWith];
  const listings = drawnRows?.columns ?? [];
  const memory = memoryOf(datasets);
  const { places, count } = usablePlaces(task, datasets, memory);
  const features = reader || encodeIdentities ? taskTarget(task, specification).features : [];
  const rules = rulesOf(specification);
  const targets = featureRows(
    features.map((feature) => storedFeature(feature, rules)),
    count,
    memory,
  );
  const rowNumbers = (): NumberList => memory.numbers("uint32");
  const splits = { train: rowNumbers(), validation: rowNumbers(), test: rowNumbers() };
  for (let target = 0; target < count; target++) {
    const dataset = datasets[places.datasets.at(target)];
    const row = places.rows.at(target);
    if (dataset === undefined) continue;
    const { rows } = dataset;
    const slots = targets.open(target);
    const column = targetColumn(dataset.dataset, task);
    try {
      if (column !== undefined && reader) {
        const facts = await targetRowOf(dataset, task, row, encodingOf);
        reader.encode(rows.cell(row, column), slots, { classes, ...facts }, task.target);
      }
      // A list of rows that cannot be read is found here, before any row is drawn from it.
      for (const listing of listings) listedRows(rows.cell(row, columnOf(dataset.dataset, listing)), rows.length);
      encodeIdentities?.(
        sources.map((modality) => valueIdentity(dataset, modality, row)),
        slots,
      );
      targets.put(target, slots);
      splits[rows.split(row)].push(target);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      dataset.problems.add({ ...rows.place(row), column: column ?? listings.join(", "), reason: error.message });
    }
  }
  function* classified(): Generator<ClassifiedRow> {
    for (const target of numbersOf(splits.train)) {
      const weight = datasets[places.datasets.at(target)]?.rows.weight(places.rows.at(target)) ?? 0;
      yield { classIndex: classOf(targets, target), weight };
    }
  }
  return new TaskRows(
    { task, features, targets, classWeights: classWeights(task, classes, classified) },
    datasets,
    places,
    splits,
  );
}

/** The facts about a row that reading its target needs. */
async function targetRowOf(
  dataset: LoadedDataset,
  task: ResolvedTask,
  row: number,
  encodingOf: Fitted["encodingOf"],
): Promise<Omit<TargetRow, "classes">> {
  const { choosesFrom, tagsWordsOf, column } = targetOf(task.target);
  const regions = choosesFrom === undefined ? undefined : await regionsOf(dataset, choosesFrom, row);
  const words = tagsWordsOf === undefined ? undefined : await wordsOf(dataset, tagsWordsOf, row, encodingOf);
  const beside = column?.beside === undefined ? undefined : columnOf(dataset.dataset, column.beside);
  return {
    candidates: candidatesIn(dataset, task, row),
    ...(regions ? { regions } : {}),
    ...(words ? { words } : {}),
    ...(beside === undefined ? {} : { beside: dataset.rows.cell(row, beside) }),
  };
}

/** The regions of a row, as they are encoded. */
async function regionsOf({ columns }: LoadedDataset, modality: string, row: number): Promise<RowRegions | undefined> {
  const column = columns.get(modality);
  if (!column) return undefined;
  const store = featureStore(storedFeatures(column.reader), 1);
  await column.copy(row, store, 0);
  const named = new Map(store.features.map(({ name }, index) => [name, store.columns[index]]));
  const [boxes, mask] = [named.get(`${modality}.boxes`), named.get(`${modality}.mask`)];
  return boxes && mask ? { boxes, mask } : undefined;
}

/** The words of a row's text. */
async function wordsOf(
  { columns }: LoadedDataset,
  modality: string,
  row: number,
  encodingOf: Fitted["encodingOf"],
): Promise<TaggedWords | undefined> {
  const column = columns.get(modality);
  if (!column) return undefined;
  const store = featureStore(storedFeatures(column.reader), 1);
  await column.copy(row, store, 0);
  return taggedWords(store, 0, modality, encodingOf(modality));
}

/** The memory of a data set that declares a limit on it, if there is one; else all lists are in memory. */
export function memoryOf(datasets: readonly LoadedDataset[]): ListMemory {
  return datasets.map(({ rows }) => rows.memory).find(isPaged) ?? wholeMemory;
}

function usablePlaces(
  task: ResolvedTask,
  datasets: readonly LoadedDataset[],
  memory: ListMemory,
): { readonly places: TargetPlaces; readonly count: number } {
  const [inDatasets, inRows] = [memory.numbers("uint32"), memory.numbers("uint32")];
  for (const [place, dataset] of datasets.entries()) {
    for (const row of usableRows(dataset, task)) {
      inDatasets.push(place);
      inRows.push(row);
    }
  }
  return { places: { datasets: inDatasets, rows: inRows }, count: inRows.length };
}

/** The factor of a row's class on the row's own weight in training. */
export function classWeightOf(
  { classWeights: weights, targets }: Pick<TaskRows, "classWeights" | "targets">,
  { target }: TaskRow,
): number {
  return weights?.[classOf(targets, target)] ?? 1;
}

/** The class index of a row, for a task whose target is a category. */
function classOf(targets: FeatureRows, target: number): number {
  return targets.slots(target)[0]?.[0] ?? -1;
}

import { modalitiesLike } from "../../../compiler/features/read-like.ts";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { Preprocessing } from "../data.ts";
import { type Dictionaries, translationsInto } from "../augment/text-switcher.ts";
import { referencesWithin } from "../files/file-references.ts";
import { fitClasses } from "./fit-classes.ts";
import type { LoadedDataset } from "../columns/loaded-dataset.ts";
import { type DataFolders, allowedPlaces } from "../files/data-folders.ts";
import { fitCategories } from "./fit-categories.ts";
import type { ModalityColumn } from "../columns/modality-column.ts";
import type { TableCells } from "../features/table.ts";
import { classNamesOf } from "../rows/task-rows.ts";
import { trainingRows } from "../rows/training-rows.ts";
import type { CountingLimit } from "../tokenizers/count-words.ts";
import { fitTokenizer } from "../tokenizers/index.ts";

export interface FitOptions {
  readonly folders: DataFolders;
  /** The dictionaries of `code_switch`, whose translations a tokenizer learns from too. */
  readonly dictionaries: Dictionaries;
  /** Called with a sentence about words or categories that could not be counted exactly. */
  readonly note: (sentence: string) => void;
}

/**
 * Learns vocabularies and class names from those rows of the training split that some task can use, from what training
 * puts into them, and from no others.
 */
export async function fitPreprocessing(
  specification: ResolvedSpecification,
  datasets: readonly LoadedDataset[],
  { folders, dictionaries, note }: FitOptions,
): Promise<Preprocessing> {
  const limitOf = (modalities: readonly string[]): CountingLimit | undefined =>
    countingLimit(datasets, modalities, note);
  const tokenizers: Record<string, unknown> = {};
  const resolve = referencesWithin(allowedPlaces(folders), [folders.root]);
  for (const [name, modality] of Object.entries(specification.modalities)) {
    if (modality.kind !== "text" || modality.like !== undefined) continue;
    const alike = modalitiesLike(specification, name);
    const tokenizer = await fitTokenizer(modality, {
      modality: name,
      texts: chained(
        ...alike.map((each) => trainingTexts(specification, datasets, each)),
        ...alike.map((each) => translationsInto(each, specification, dictionaries)),
      ),
      limit: limitOf(alike),
      resolve,
    });
    for (const each of alike) tokenizers[each] = tokenizer;
  }
  const classes: Record<string, readonly string[]> = {};
  for (const task of Object.values(specification.tasks)) {
    const having = datasets.filter(({ dataset }) => dataset.tasks.includes(task.name));
    const names = fitClasses(task, classNamesOf(having, task));
    if (names !== undefined) classes[task.name] = names;
  }
  const tables = Object.entries(specification.modalities).flatMap(([name, modality]) => {
    if (modality.kind !== "table" || modality.like !== undefined) return [];
    const alike = modalitiesLike(specification, name);
    const values = chained(...alike.map((each) => trainingTables(specification, datasets, each)));
    const categories = fitCategories(modality, values, limitOf(alike));
    return alike.map((each) => [each, categories] as const);
  });
  return { version: 1, tokenizers, classes, ...(tables.length > 0 ? { categories: Object.fromEntries(tables) } : {}) };
}

/** A row's values of a modality: one, or one for each of its candidates. */
function valuesOf(column: ModalityColumn, row: number): readonly unknown[] {
  const value = column.parsed(row);
  return column.field.candidates ? (value as readonly unknown[]) : [value];
}

function* trainingTables(
  specification: ResolvedSpecification,
  datasets: readonly LoadedDataset[],
  modality: string,
): Generator<TableCells> {
  for (const { column, row } of trainingRows(specification, datasets, modality))
    yield* valuesOf(column, row) as readonly TableCells[];
}

function* trainingTexts(
  specification: ResolvedSpecification,
  datasets: readonly LoadedDataset[],
  modality: string,
): Generator<string> {
  for (const { column, row } of trainingRows(specification, datasets, modality))
    for (const segments of valuesOf(column, row) as readonly (readonly string[])[]) yield* segments;
}

function* chained<Value>(...parts: readonly Iterable<Value>[]): Generator<Value> {
  for (const part of parts) yield* part;
}

/** The limit of the data set that declares the least memory, among those that have one of the modalities. */
function countingLimit(
  datasets: readonly LoadedDataset[],
  modalities: readonly string[],
  note: (sentence: string) => void,
): CountingLimit | undefined {
  const paged = datasets.flatMap(({ columns, paged: own }) =>
    modalities.some((modality) => columns.has(modality)) && own ? [own.countingBytes] : [],
  );
  if (paged.length === 0) return undefined;
  const onForgotten = (): void =>
    note(
      `${modalities[0]} has more different words or categories than the memory of its data set counts: the rarest were left out while they were counted.`,
    );
  return { bytes: Math.min(...paged), onForgotten };
}

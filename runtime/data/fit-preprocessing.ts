import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { Preprocessing } from "./data.ts";
import { referencesWithin } from "./file-references.ts";
import { fitClasses } from "./fit-classes.ts";
import type { LoadedDataset } from "./loaded-dataset.ts";
import type { DatasetFolders } from "./read-dataset.ts";
import { classNamesOf, usableRows } from "./task-rows.ts";
import { fitTokenizer } from "./tokenizers/index.ts";

/** Learns vocabularies and class names from the rows of the training split that some task can use, and from no others. */
export async function fitPreprocessing(specification: ResolvedSpecification, datasets: readonly LoadedDataset[], folders: DatasetFolders): Promise<Preprocessing> {
  const tokenizers: Record<string, unknown> = {};
  const resolve = referencesWithin(folders.dataRoot, [folders.root]);
  for (const [name, modality] of Object.entries(specification.modalities)) {
    if (modality.kind === "text") tokenizers[name] = await fitTokenizer(modality, { modality: name, texts: trainingTexts(specification, datasets, name), resolve });
  }
  const classes: Record<string, readonly string[]> = {};
  for (const task of Object.values(specification.tasks)) {
    const having = datasets.filter(({ dataset }) => dataset.tasks.includes(task.name));
    const names = fitClasses(task, classNamesOf(having, task));
    if (names !== undefined) classes[task.name] = names;
  }
  return { version: 1, tokenizers, classes };
}

function trainingTexts({ tasks }: ResolvedSpecification, datasets: readonly LoadedDataset[], modality: string): readonly string[] {
  const texts: string[] = [];
  for (const dataset of datasets) {
    const column = dataset.columns.get(modality);
    const readers = dataset.dataset.tasks.map((name) => tasks[name]).filter((task) => task?.inputs.some((input) => input.modality === modality));
    const usable = new Set(readers.flatMap((task) => (task === undefined ? [] : usableRows(dataset, task))));
    for (const index of usable) {
      if (dataset.rows[index]?.split !== "train" || column?.cell(index).kind !== "present") continue;
      texts.push(...(column.parsed(index) as readonly string[]));
    }
  }
  return texts;
}

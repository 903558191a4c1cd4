import { Buffer } from "../host/bytes.ts";
import { augmentationsOf } from "../../compiler/features/augmentations.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import type { TargetSynthesis } from "../targets/runtime-target.ts";
import { mkdir, writeFile } from "../host/files.ts";
import { dirname, join } from "../host/paths.ts";
import type {
  ResolvedDataset,
  ResolvedModality,
  ResolvedSpecification,
  ResolvedTask,
} from "../../compiler/schema/resolved.ts";
import {
  type DatasetFields,
  type FieldCandidates,
  columnOf,
  fieldsOf,
  targetColumn,
} from "../data/columns/dataset-fields.ts";
import { inFiles } from "../data/files/file-values.ts";
import { generator } from "../random/generator.ts";
import { type Synthesis, relevantOf } from "./synthesis.ts";
import { syntheticInput } from "./synthetic-inputs.ts";

export interface SynthesisOptions {
  readonly specification: ResolvedSpecification;
  /** The number of rows of each data set. */
  readonly rows: number;
  readonly seed: number;
  /** The folder for the files. */
  readonly folder: string;
}

/**
 * Writes a small synthetic table for each data set, with the files that it refers to. Returns the specification that
 * reads them, which differs in paths, in vocabularies, which are learnt, and in augmentations, of which none needs a dictionary. The tables are JSON Lines, whatever the
 * formats of the real ones.
 */
export async function synthesize({
  specification,
  rows,
  seed,
  folder,
}: SynthesisOptions): Promise<ResolvedSpecification> {
  const datasets: Record<string, ResolvedDataset> = {};
  for (const [name, dataset] of Object.entries(specification.datasets)) {
    const path = syntheticPath(dataset);
    const fields = fieldsOf(specification, dataset);
    for (const { file, count, split } of filesOf(path, rows)) {
      const lines: string[] = [];
      for (let row = 0; row < count; row++)
        lines.push(
          JSON.stringify(await syntheticRow(specification, dataset, fields, { seed, file, row, folder, split })),
        );
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, file), lines.map((line) => `${line}\n`).join(""));
    }
    // A small table may lack a class in its training split, which is not to be reported as an error.
    datasets[name] = { ...dataset, path, bad_rows: "report" };
  }
  return {
    ...specification,
    datasets,
    modalities: Object.fromEntries(
      Object.entries(specification.modalities).map(([name, modality]) => [name, withoutVocabulary(modality)]),
    ),
    tasks: Object.fromEntries(
      Object.entries(specification.tasks).map(([name, task]) => [name, withoutDictionary(task)]),
    ),
  };
}

/** The path of a synthetic table in the form of the data set's own path: one file, or one for each split. */
export function syntheticPath({ name, path }: ResolvedDataset): ResolvedDataset["path"] {
  if (typeof path === "string") return `synthetic-${name}.jsonl`;
  return Object.fromEntries(Object.keys(path).map((split) => [split, `synthetic-${name}-${split}.jsonl`]));
}

interface SyntheticTable {
  readonly file: string;
  readonly count: number;
  readonly split: string;
}

function filesOf(path: ResolvedDataset["path"], rows: number): readonly SyntheticTable[] {
  if (typeof path === "string") return [{ file: path, count: rows, split: "" }];
  const shares: { readonly [split: string]: number } = { train: 0.8 };
  return Object.entries(path).map(([split, file]) => ({
    file,
    count: Math.max(1, Math.round(rows * (shares[split] ?? 0.1))),
    split,
  }));
}

interface RowPlace {
  readonly seed: number;
  readonly file: string;
  readonly row: number;
  readonly folder: string;
  readonly split: string;
}

/**
 * A synthetic row. One row in ten lacks its optional modalities. If a column serves several fields, the last one
 * written is kept: targets after inputs.
 */
async function syntheticRow(
  specification: ResolvedSpecification,
  dataset: ResolvedDataset,
  { modalities, tasks }: DatasetFields,
  place: RowPlace,
): Promise<Record<string, unknown>> {
  const random = generator(place.seed, "synthetic data", place.file, place.row);
  const latent = random.uniform();
  const values: Record<string, unknown> = {};
  const inputs: Record<string, unknown> = {};
  for (const { modality, columns, presences, candidates, files } of modalities) {
    const declared = specification.modalities[modality];
    if (declared === undefined || (!presences.includes("required") && random.uniform() < 0.1)) continue;
    const synthesis: Synthesis = {
      random,
      latent,
      file: (ending, bytes) => writeReferenced({ ...place, modality }, ending, bytes),
    };
    const value = candidates
      ? await candidatesOf(declared, candidates, synthesis)
      : await syntheticInput(declared, synthesis);
    inputs[modality] = value;
    for (const [index, column] of columns.entries()) {
      const cell: unknown = columns.length === 1 ? value : (value as readonly unknown[])[index];
      values[column] = files.includes(column) ? await inFile(declared, cell, synthesis) : cell;
    }
  }
  for (const task of tasks) {
    Object.assign(values, listingCells(dataset, task, place.row));
    Object.assign(values, targetCells(dataset, task, { random, latent, inputs }));
  }
  if (dataset.weight !== undefined) values[dataset.weight] = 1;
  if (dataset.split.kind === "column")
    values[dataset.split.column] = ["train", "train", "train", "validation", "test"][place.row % 5];
  else if (dataset.split.group !== undefined) values[dataset.split.group] ??= `group-${place.row}`;
  return values;
}

/** The cell of a task's target, and of the column beside it. */
function targetCells(
  dataset: ResolvedDataset,
  task: ResolvedTask,
  source: Omit<TargetSynthesis, "candidates">,
): Record<string, unknown> {
  const column = targetColumn(dataset, task);
  const { beside } = targetOf(task.target).column ?? {};
  const { column: reader } = runtimeTargetOf(task.target);
  if (column === undefined || !reader) return {};
  const synthesis = { ...source, candidates: task.candidates?.most ?? 1 };
  return {
    [column]: reader.synthesize(task.target, synthesis),
    ...(beside === undefined ? {} : { [columnOf(dataset, beside)]: reader.synthesizeBeside?.(task.target, synthesis) }),
  };
}

/** Lists of the rows that a row draws from: the one before it, which is there whatever the number of rows. */
function listingCells(dataset: ResolvedDataset, { target }: ResolvedTask, row: number): Record<string, unknown> {
  const columns = targetOf(target).drawnRows?.columns ?? [];
  return Object.fromEntries(columns.map((column) => [columnOf(dataset, column), [Math.max(0, row - 1)]]));
}

/** Writes the cell into a file if its modality is read from files. Returns the cell, or the name of the file. */
async function inFile({ kind }: ResolvedModality, cell: unknown, { file }: Synthesis): Promise<unknown> {
  if (inFiles[kind] === "name") return cell;
  return inFiles[kind] === "text"
    ? file("txt", Buffer.from(String(cell)))
    : file("json", Buffer.from(JSON.stringify(cell)));
}

/**
 * The candidates of a row, of which one depends on its latent number. Values that candidates share are taken from that
 * one.
 */
async function candidatesOf(
  modality: ResolvedModality,
  { most, parts }: FieldCandidates,
  synthesis: Synthesis,
): Promise<unknown> {
  const relevant = relevantOf(synthesis.latent, most);
  const values: unknown[] = [];
  for (let place = 0; place < most; place++)
    values.push(
      await syntheticInput(
        modality,
        place === relevant ? synthesis : { ...synthesis, latent: synthesis.random.uniform() },
      ),
    );
  if (parts.length === 1) return values;
  const rows = values as readonly (readonly unknown[])[];
  return parts.map((part, index) => (part === "each" ? rows.map((row) => row[index]) : rows[relevant]?.[index]));
}

async function writeReferenced(
  { file, row, modality, folder }: RowPlace & { readonly modality: string },
  ending: string,
  bytes: Uint8Array,
): Promise<string> {
  const reference = `${file.replace(/\.jsonl$/, "")}/${modality}-${String(row + 1).padStart(6, "0")}.${ending}`;
  await mkdir(dirname(join(folder, reference)), { recursive: true });
  await writeFile(join(folder, reference), bytes);
  return reference;
}

function withoutVocabulary(modality: ResolvedModality): ResolvedModality {
  if (modality.kind !== "text" || !("file" in modality.tokenizer)) return modality;
  const { file: _file, ...tokenizer } = modality.tokenizer;
  return { ...modality, tokenizer };
}

function withoutDictionary(task: ResolvedTask): ResolvedTask {
  const augment = augmentationsOf(task).filter(({ kind }) => kind !== "code_switch");
  return { ...task, augment };
}

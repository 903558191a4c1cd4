import { createHash } from "node:crypto";
import type { ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { rulesOf } from "../../compiler/semantics.ts";
import { type ModalityField, modalityNamed } from "./dataset-fields.ts";
import { bytesOf, fileSource, isMissingFile } from "./features/file-bytes.ts";
import type { FileReferences } from "./file-references.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import type { DatasetRow } from "./read-dataset.ts";
import { UnreadableValue } from "./unreadable-value.ts";

/**
 * What the cell of a modality is where it stands in a file of its own: the file's name, which the modality's reader opens and decodes, or what is in
 * the file, as text or as JSON.
 */
export const inFiles: { readonly [Kind in ResolvedModality["kind"]]: "name" | "text" | "json" } = {
  image: "name",
  audio: "name",
  video: "name",
  regions: "name",
  text: "text",
  table: "json",
  series: "json",
  tensor: "json",
};

/** The value of a modality that a file holds. Throws `UnreadableValue`. */
export async function valueOfFile({ kind }: ResolvedModality, reference: unknown, references: FileReferences): Promise<unknown> {
  const source = fileSource(reference);
  if (inFiles[kind] === "name") return source;
  const text = textOf(await bytesOf(source, { references }));
  if (inFiles[kind] === "text") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UnreadableValue("its file is not JSON", undefined, { cause });
  }
}

/** As tables are read: UTF-8, without a byte-order mark. The end of the last line is no part of what the file says. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new UnreadableValue("its file is not UTF-8 text", undefined, { cause });
  }
}

/** The cells of a modality in the rows of a data set, with what is in files in the place of their names. */
export interface FieldValues {
  /** One cell, or one for each column. Throws `UnreadableValue` where its file cannot be read. */
  of(row: DatasetRow): unknown;
  /** SHA-256 of what was read from files, where any was. */
  readonly content: string | undefined;
  /** Of its columns, those that are read as text although they hold nothing but names of files that are there. */
  readonly pathLike: readonly string[];
}

interface NamedValue {
  readonly cell: unknown;
  readonly references: FileReferences;
  /** What is in the file, or why it cannot be read. */
  value: unknown;
}

/** Files that are open at a time. */
const concurrency = 16;

export async function readFieldValues(field: ModalityField, specification: ResolvedSpecification, rows: readonly DatasetRow[]): Promise<FieldValues> {
  const modality = modalityNamed(specification, field.modality);
  const byTable = rulesOf(specification).classFolderValue === "content";
  // The same name means another file where another table has it.
  const known = new Map<FileReferences, Map<unknown, NamedValue>>();
  const isNamed = (column: string, { files = [] }: DatasetRow): boolean => inFiles[modality.kind] !== "name" && (field.files.includes(column) || (byTable && files.includes(column)));
  for (const row of rows) {
    const { references, values } = row;
    for (const cell of field.columns.filter((column) => isNamed(column, row) && !isMissingFile(values[column])).map((column) => values[column])) {
      const ofTable = known.get(references) ?? new Map<unknown, NamedValue>();
      known.set(references, ofTable);
      if (!ofTable.has(cell)) ofTable.set(cell, { cell, references, value: undefined });
    }
  }
  const named = [...known.values()].flatMap((ofTable) => [...ofTable.values()]);
  await mapConcurrently(named, concurrency, async (each) => {
    each.value = await valueOfFile(modality, each.cell, each.references).catch(unreadable);
  });
  const valueOf = (row: DatasetRow, column: string): unknown => {
    if (!isNamed(column, row)) return row.values[column];
    const value = known.get(row.references)?.get(row.values[column])?.value;
    if (value instanceof UnreadableValue) throw value;
    return value;
  };
  return {
    of: (row) => {
      const cells = field.columns.map((column) => valueOf(row, column));
      return cells.length === 1 ? cells[0] : cells;
    },
    pathLike: inFiles[modality.kind] === "text" ? await pathLikeColumns(field.columns.filter((column) => !rows.some((row) => isNamed(column, row))), rows) : [],
    content: named.length > 0 ? hashOf(named.map(({ value }) => (value instanceof UnreadableValue ? "unreadable" : JSON.stringify(value)))) : undefined,
  };
}

/** Cells that are looked at. */
const sample = 20;

async function pathLikeColumns(columns: readonly string[], rows: readonly DatasetRow[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const column of columns) {
    const cells = rows.filter(({ values }) => !isMissingFile(values[column])).slice(0, sample);
    const isPath = async ({ values: { [column]: cell }, references }: DatasetRow): Promise<boolean> =>
      typeof cell === "string" && /^\S+\.\w{1,5}$/.test(cell) && (await references(cell).then(() => true, () => false));
    const paths = cells.every(({ values }) => typeof values[column] === "string") ? await Promise.all(cells.map(isPath)) : [false];
    if (cells.length > 0 && paths.every(Boolean)) found.push(column);
  }
  return found;
}

function unreadable(error: unknown): UnreadableValue {
  if (error instanceof UnreadableValue) return error;
  throw error;
}

function hashOf(contents: readonly string[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content).update("\n");
  return hash.digest("hex");
}

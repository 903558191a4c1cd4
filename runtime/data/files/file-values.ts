import { createSha256 } from "../../host/hashing.ts";
import type { ResolvedModality, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import { type ModalityField, modalityNamed } from "../columns/dataset-fields.ts";
import { bytesOf, fileSource, isMissingFile } from "../features/file-bytes.ts";
import type { FileReferences } from "./file-references.ts";
import { countConcurrently } from "../map-concurrently.ts";
import { parseJson } from "../cells/parse-json.ts";
import type { DatasetRows, RowSource } from "../rows/dataset-rows.ts";
import { isPaged } from "../lists/list-memory.ts";
import { UserError } from "../../user-error.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

/**
 * The way in which a modality is read from a file of its own: by its `name`, which the modality's reader opens and
 * decodes, or by its content, as `text` or as `json`.
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

/** Reads a modality's value from a file. Throws `UnreadableValue`. */
export async function valueOfFile(
  { kind }: Pick<ResolvedModality, "kind">,
  reference: unknown,
  references: FileReferences,
): Promise<unknown> {
  const source = fileSource(reference);
  if (inFiles[kind] === "name") return source;
  const text = textOf(await bytesOf(source, { references }));
  if (inFiles[kind] === "text") return text;
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof UnreadableValue) throw cause;
    throw new UnreadableValue("its file is not JSON", undefined, { cause });
  }
}

/** Decodes UTF-8, without a byte-order mark, as tables are read. The end of the last line is not part of the text. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch (cause) {
    throw new UnreadableValue("its file is not UTF-8 text", undefined, { cause });
  }
}

/** The cells of a modality in the rows of a data set, where the contents of files replace their names. */
export interface FieldValues {
  /** One cell, or one for each column. Throws `UnreadableValue` if its file cannot be read. */
  of(row: number): unknown;
  /** The SHA-256 of what was read from files; `undefined` if nothing was. */
  readonly content: string | undefined;
  /** The columns that are read as text although all of their cells name existing files. */
  readonly pathLike: readonly string[];
}

interface NamedValue {
  readonly cell: unknown;
  readonly references: FileReferences;
  /** The content of the file, or the `UnreadableValue` that says why it cannot be read. */
  value: unknown;
}

/** The number of files that are open at a time. */
const concurrency = 16;

export async function readFieldValues(
  field: ModalityField,
  specification: ResolvedSpecification,
  rows: DatasetRows,
): Promise<FieldValues> {
  const modality = modalityNamed(specification, field.modality);
  const byTable = rulesOf(specification).classFolderValue === "content";
  // The same name can mean another file in another table.
  const known = new Map<FileReferences, Map<unknown, NamedValue>>();
  const isIn = (column: string, { files }: Pick<RowSource, "files">): boolean =>
    field.files.includes(column) || (byTable && files.includes(column));
  // Most columns name no files; then no row is read.
  const columns = field.columns.filter(
    (column) => inFiles[modality.kind] !== "name" && rows.sources.some((source) => isIn(column, source)),
  );
  const isNamed = (column: string, row: number): boolean => columns.includes(column) && isIn(column, rows.source(row));
  const named: NamedValue[] = [];
  const inText = new Set(field.columns);
  for (let row = 0; columns.length > 0 && row < rows.length; row++) {
    for (const column of columns) {
      if (!isNamed(column, row)) continue;
      if (isPaged(rows.memory)) throw filesBeyondMemory(field.modality, column);
      inText.delete(column);
      const cell = rows.cell(row, column);
      if (isMissingFile(cell)) continue;
      const { references } = rows.source(row);
      const ofTable = known.get(references) ?? new Map<unknown, NamedValue>();
      known.set(references, ofTable);
      if (ofTable.has(cell)) continue;
      const value: NamedValue = { cell, references, value: undefined };
      ofTable.set(cell, value);
      named.push(value);
    }
  }
  await countConcurrently(named.length, concurrency, async (index) => {
    const each = named[index];
    if (each) each.value = await valueOfFile(modality, each.cell, each.references).catch(unreadable);
  });
  const valueOf = (row: number, column: string): unknown => {
    const cell = rows.cell(row, column);
    if (!isNamed(column, row)) return cell;
    const value = known.get(rows.source(row).references)?.get(cell)?.value;
    if (value instanceof UnreadableValue) throw value;
    return value;
  };
  const [only = "", ...others] = field.columns;
  return {
    of:
      others.length === 0 ? (row) => valueOf(row, only) : (row) => field.columns.map((column) => valueOf(row, column)),
    pathLike: inFiles[modality.kind] === "text" ? await pathLikeColumns([...inText], rows) : [],
    content:
      named.length > 0
        ? hashOf(named.map(({ value }) => (value instanceof UnreadableValue ? "unreadable" : JSON.stringify(value))))
        : undefined,
  };
}

/**
 * The check of a specification refuses declared files together with `memory`; a folder of texts is only recognised when
 * it is read.
 */
function filesBeyondMemory(modality: string, column: string): UserError {
  return new UserError(
    "specification",
    `"${modality}" is read from the files that the column "${column}" names, whose contents would all be in memory, which its data set declares.`,
    "Leave out `memory`, or write what the files hold into a table.",
  );
}

/** The number of cells that are looked at. */
const sample = 20;

async function pathLikeColumns(columns: readonly string[], rows: DatasetRows): Promise<readonly string[]> {
  const found: string[] = [];
  for (const column of columns) {
    const cells: { readonly cell: unknown; readonly references: FileReferences }[] = [];
    for (let row = 0; row < rows.length && cells.length < sample; row++) {
      const cell = rows.cell(row, column);
      if (!isMissingFile(cell)) cells.push({ cell, references: rows.source(row).references });
    }
    const isPath = async (cell: unknown, references: FileReferences): Promise<boolean> =>
      typeof cell === "string" &&
      /^\S+\.\w{1,5}$/.test(cell) &&
      (await references(cell).then(
        () => true,
        () => false,
      ));
    const paths = cells.every(({ cell }) => typeof cell === "string")
      ? await Promise.all(cells.map(({ cell, references }) => isPath(cell, references)))
      : [false];
    if (cells.length > 0 && paths.every(Boolean)) found.push(column);
  }
  return found;
}

function unreadable(error: unknown): UnreadableValue {
  if (error instanceof UnreadableValue) return error;
  throw error;
}

function hashOf(contents: readonly string[]): string {
  const hash = createSha256();
  for (const content of contents) hash.update(content).update("\n");
  return hash.digest("hex");
}

import { stat } from "../host/files.ts";
import { dirname, extname, resolve } from "../host/paths.ts";
import { hasWildcards } from "../../compiler/globs/parse-glob.ts";
import type { ResolvedModality, ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { DataProblem, RawExample } from "../data/data.ts";
import { inFiles, valueOfFile } from "../data/files/file-values.ts";
import { type FileReferences, referencesFrom } from "../data/files/file-references.ts";
import { globFiles } from "../data/files/glob-files.ts";
import { filesBelow } from "../data/tables/read-class-folder.ts";
import { nodeFiles } from "../data/tables/file-access.ts";
import { readJsonLines } from "../data/tables/read-json-lines.ts";
import { isRecord } from "../data/tables/records.ts";
import { isTableName, streamTable } from "../data/tables/read-table.ts";
import { type TablePiece, rowPieces } from "../data/tables/row-pieces.ts";
import { utf8Text } from "../data/tables/utf8-text.ts";
import type { TableSink } from "../data/tables/table.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { UserError } from "../user-error.ts";
import type { ExampleRow } from "./example-row.ts";
import type { TableHead } from "./input-columns.ts";

/** Consecutive rows of a table, and the problems that leave no row. */
export interface RowPiece {
  readonly head: TableHead;
  readonly rows: readonly ExampleRow[];
  readonly problems: readonly DataProblem[];
}

export interface SourceOptions {
  readonly specification: Pick<ResolvedSpecification, "modalities"> & Partial<Pick<ResolvedSpecification, "datasets">>;
  /** The folder to which names of files are relative. */
  readonly folder: string;
}

/** Files, folders and patterns of files; JSON Lines that come by a stream; or one example by modality. */
export type RowSource =
  | { readonly paths: readonly string[] }
  | { readonly lines: AsyncIterable<Uint8Array | string>; readonly name: string }
  | { readonly example: RawExample };

export async function* piecesOf(source: RowSource, options: SourceOptions): AsyncGenerator<RowPiece> {
  if ("example" in source) yield givenExample(source.example, options);
  else if ("lines" in source) yield* rowsOfStream(source.name, utf8Text(source.lines, source.name), options);
  else for (const path of source.paths) yield* rowsOfPath(path, options);
}

/** The number of rows in memory at a time. */
const pieceRows = 256;

/**
 * The examples that a path names: the rows of a table or of several, the files of a folder, or one example that is a
 * file.
 */
async function* rowsOfPath(named: string, options: SourceOptions): AsyncGenerator<RowPiece> {
  for (const { name, path } of await filesNamed(named, options.folder)) {
    const isFolder = (await stat(path)).isDirectory();
    const alone = onlyModality(options.specification);
    if (isFolder && alone?.[1].kind !== "video") yield* rowsOfFolder(name, path);
    else if (!isFolder && isTableName(name) && !(alone && (await isOneValue(alone[1], name, path))))
      yield* rowsOfTable(name, path, alone?.[0], options);
    else yield await singleExample(name, options);
  }
}

/** JSON Lines that come by a stream: an object a line, or where the model has one modality its value alone. */
async function* rowsOfStream(
  name: string,
  text: AsyncIterable<string>,
  { specification, folder }: SourceOptions,
): AsyncGenerator<RowPiece> {
  const alone = onlyModality(specification)?.[0];
  const pieces: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: noBytes };
  const source = {
    file: name,
    path: name,
    text,
    pieces,
    bytes: noBytes,
    access: nodeFiles,
    splitFolders: "splits" as const,
    ...(alone === undefined ? {} : { valueColumn: alone }),
  };
  yield* piecesOfTable(
    name,
    rowPieces((sink) => readJsonLines(source, sink), pieceRows),
    { references: referencesFrom(folder), placeOf: () => ({}), nameOf: (row) => `${name}, line ${row},` },
  );
}

function noBytes(): never {
  throw new Error("a stream of JSON Lines is text");
}

/** One example by modality. */
function givenExample(values: ExampleRow["values"], { folder }: SourceOptions): RowPiece {
  const row: ExampleRow = {
    origin: { name: "The example", references: referencesFrom(folder) },
    place: {},
    values,
    files: [],
  };
  return {
    head: { name: "the example", columns: Object.keys(values), files: [], keys: "modalities" },
    rows: [row],
    problems: [],
  };
}

async function filesNamed(
  named: string,
  folder: string,
): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const path = resolve(folder, named);
  if (await stat(path).catch(() => undefined)) return [{ name: named, path }];
  const matching = hasWildcards(named) ? await globFiles(named, folder) : [];
  if (matching.length > 0) return matching.map((name) => ({ name, path: resolve(folder, name) }));
  throw new UserError("data", `The file "${named}" does not exist.`, `It was expected at ${path}.`);
}

function onlyModality({
  modalities,
}: SourceOptions["specification"]): readonly [name: string, modality: ResolvedModality] | undefined {
  const [only, ...others] = Object.entries(modalities);
  return others.length === 0 ? only : undefined;
}

/** True if a JSON file is one example of a modality that is read from JSON, and not a table. */
async function isOneValue(modality: ResolvedModality, name: string, path: string): Promise<boolean> {
  if (extname(name).toLowerCase() !== ".json" || !(inFiles[modality.kind] === "json" || modality.kind === "regions"))
    return false;
  const value = await valueOfFile({ kind: "tensor" }, path, referencesFrom("")).catch(() => undefined);
  return !(Array.isArray(value) && value.every(isRecord));
}

/** A file that is itself the one modality of the model. */
async function singleExample(name: string, { specification, folder }: SourceOptions): Promise<RowPiece> {
  const only = onlyModality(specification);
  if (only === undefined) {
    throw new UserError(
      "usage",
      `The model has several modalities, so "${name}" alone is not an example.`,
      `Write ${Object.keys(specification.modalities)
        .map((each) => `--input ${each}=…`)
        .join(" ")}, or give a table.`,
    );
  }
  const [modality, declared] = only;
  const references = referencesFrom(folder);
  const row = { origin: { name, references }, place: { file: name }, files: [] };
  const head: TableHead = { name, columns: [modality], files: [], keys: "modalities" };
  if (inFiles[declared.kind] === "name")
    return { head, rows: [{ ...row, values: { [modality]: name } }], problems: [] };
  try {
    return {
      head,
      rows: [{ ...row, values: { [modality]: await valueOfFile(declared, name, references) } }],
      problems: [],
    };
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    return { head, rows: [], problems: [{ file: name, row: 1, reason: error.message }] };
  }
}

/** Every file is a row; the first folder on its way is its class. */
async function* rowsOfFolder(name: string, path: string): AsyncGenerator<RowPiece> {
  const references = referencesFrom(path);
  const files = await filesBelow(path);
  if (files.length === 0)
    throw new UserError("data", `The folder ${name} has no files.`, "Give a folder with a file for each example.");
  for (let from = 0; from < files.length; from += pieceRows) {
    const rows = files.slice(from, from + pieceRows).map((file): ExampleRow => {
      const label = file.includes("/") ? { class: file.split("/")[0] } : {};
      return {
        origin: { name: `${name}/${file}`, references },
        place: { file: `${name.replace(/\/+$/, "")}/${file}` },
        values: { file, ...label },
        files: ["file"],
      };
    });
    yield { head: { name, columns: ["file", "class"], files: ["file"], keys: "columns" }, rows, problems: [] };
  }
}

async function* rowsOfTable(
  name: string,
  path: string,
  valueColumn: string | undefined,
  { specification, folder }: SourceOptions,
): AsyncGenerator<RowPiece> {
  // The delimiter that the model's data sets declare, if they agree; otherwise it is detected.
  const [delimiter, ...others] = new Set(
    Object.values(specification.datasets ?? {}).map((dataset) => dataset.delimiter),
  );
  const declared = delimiter === undefined || others.length > 0 ? {} : { delimiter };
  const read = (sink: TableSink): Promise<void> =>
    streamTable({ name, path, ...declared, ...(valueColumn === undefined ? {} : { valueColumn }) }, sink);
  yield* piecesOfTable(name, rowPieces(read, pieceRows), {
    references: referencesFrom(dirname(path), folder),
    placeOf: (row) => ({ file: name, row }),
    nameOf: (row) => `${name}:${row}`,
  });
}

interface Places {
  readonly references: FileReferences;
  readonly placeOf: (row: number) => ExampleRow["place"];
  readonly nameOf: (row: number) => string;
}

async function* piecesOfTable(
  name: string,
  pieces: AsyncIterable<TablePiece>,
  { references, placeOf, nameOf }: Places,
): AsyncGenerator<RowPiece> {
  for await (const { columns, files, rows, problems, delimiter } of pieces) {
    yield {
      head: { name, columns, files, keys: "columns", ...(delimiter === undefined ? {} : { delimiter }) },
      rows: rows.map(({ row, values }) => ({
        origin: { name: nameOf(row), references },
        place: placeOf(row),
        values,
        files,
      })),
      problems,
    };
  }
}

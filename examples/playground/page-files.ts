import { readFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { dictionariesOf } from "../../compiler/features/augmentations.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { grouped } from "../data/splits.ts";
import { chosenRows, type Row } from "./chosen-rows.ts";
import type { PageExample } from "./page-examples.ts";
import { type ModalityColumn, regionFilesOf, withInlinePictures } from "./inline-pictures.ts";

/** Bytes by the path by which a specification refers to them. */
export type PageFiles = ReadonlyMap<string, Uint8Array>;

/**
 * The files that a page needs for an example: tables with some of their rows, and what these refer to. The whole data
 * is in `folder`.
 */
export async function pageFiles(
  specification: ResolvedSpecification,
  { share, together }: Pick<PageExample, "share" | "together">,
  folder: string,
): Promise<PageFiles> {
  const files = new Map<string, Uint8Array>();
  const copy = async (path: string): Promise<unknown> => files.set(path, await readFile(join(folder, path)));
  for (const path of dictionariesOf(specification)) await copy(path);
  for (const [path, columns] of columnsByTable(specification)) {
    const all = parsedRows(await readFile(join(folder, path), "utf8"));
    const rows = chosenRows(all, share[path] ?? 1, together);
    files.set(path, tableOf(await withInlinePictures(rows, columns, join(folder, dirname(path)))));
    for (const name of regionFilesOf(rows, columns)) await copy(posix.join(posix.dirname(path), name));
  }
  return files;
}

/** The columns that modalities are read from, by the path of the table. */
function columnsByTable({
  datasets,
  modalities,
}: ResolvedSpecification): ReadonlyMap<string, readonly ModalityColumn[]> {
  const byPath = grouped(Object.values(datasets), ({ path }) => tablePath(path));
  return new Map(
    [...byPath].map(([path, own]) => [
      path,
      own.flatMap(({ columns }) =>
        Object.entries(columns).flatMap(([field, named]) => {
          const modality = modalities[field];
          return modality && typeof named === "object" && typeof named[0] === "string"
            ? [{ modality, column: named[0] }]
            : modality && typeof named === "string"
              ? [{ modality, column: named }]
              : [];
        }),
      ),
    ]),
  );
}

/** The paths of the tables that a specification reads. */
export function tablesOf({ datasets }: Pick<ResolvedSpecification, "datasets">): readonly string[] {
  return [...new Set(Object.values(datasets).map(({ path }) => tablePath(path)))];
}

function tablePath(path: ResolvedSpecification["datasets"][string]["path"]): string {
  if (typeof path === "string" && path.endsWith(".jsonl")) return path;
  throw new Error(`Examples of the page read one table in JSON Lines a data set, not ${JSON.stringify(path)}`);
}

function parsedRows(text: string): readonly Row[] {
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
}

function tableOf(rows: readonly Row[]): Uint8Array {
  return new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

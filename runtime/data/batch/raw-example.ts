import type { ResolvedModality, ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import { NumberGrid } from "../cells/number-grid.ts";
import { parseJson } from "../cells/parse-json.ts";
import type { RawExample } from "../data.ts";
import { type FileSource, bytesOf } from "../features/file-bytes.ts";
import { pictureUri } from "../features/image.ts";
import type { FileReferences } from "../files/file-references.ts";
import type { TaskRow } from "../rows/task-rows.ts";

/** The values of all modalities that a row of a data set has, as a model predicts from them: the bytes of a file in place of its name. */
export async function rawExample(
  { dataset: { rows, columns }, row }: TaskRow,
  { modalities }: Pick<ResolvedSpecification, "modalities">,
): Promise<RawExample> {
  const { references } = rows.source(row);
  const example: Record<string, unknown> = {};
  for (const [name, column] of columns) {
    const kind = modalities[name]?.kind;
    if (kind === undefined || column.cell(row).kind !== "present") continue;
    const read = withoutNames[kind];
    if (!read) example[name] = column.raw(row);
    else if (column.field.candidates === undefined) example[name] = await read(column.parsed(row), references);
    else example[name] = await Promise.all(column.valuesOf(row).map((value) => read(value, references)));
  }
  return example;
}

type Read = (parsed: unknown, references: FileReferences) => Promise<unknown>;

/** For modalities that are read from files, a value that names none. */
const withoutNames: { readonly [Kind in ResolvedModality["kind"]]?: Read } = {
  image: async (parsed, references) =>
    bytesOf(parsed instanceof NumberGrid ? await pictureUri(parsed) : (parsed as FileSource), { references }),
  audio: (parsed, references) => bytesOf(parsed as FileSource, { references }),
  // A folder of frames stays a folder.
  video: async (parsed, references) =>
    Array.isArray(parsed)
      ? Promise.all(parsed.map((frame) => bytesOf(frame as FileSource, { references })))
      : references(parsed as string),
  regions: async (parsed, references) =>
    typeof parsed === "string" ? parseJson(new TextDecoder().decode(await bytesOf(parsed, { references }))) : parsed,
};

import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { modalityNamed } from "../data/columns/dataset-fields.ts";
import { withPoints } from "../data/cells/decimal-comma.ts";
import type { RawExample } from "../data/data.ts";
import type { ExampleOrigin } from "../data/batch/encode-examples.ts";
import { isMissingFile } from "../data/features/file-bytes.ts";
import { inFiles, valueOfFile } from "../data/files/file-values.ts";
import { UnreadableValue } from "../data/cells/unreadable-value.ts";
import { UserError } from "../user-error.ts";
import type { InputColumns } from "./input-columns.ts";

/** An example with its origin: a row of a table, a file, or the command line. */
export interface ExampleRow {
  readonly origin: ExampleOrigin;
  /** Its source for a program: its file, if it has one, and its row there. */
  readonly place: { readonly file?: string; readonly row?: number };
  readonly values: { readonly [column: string]: unknown };
  /** Columns that hold names of files because the table is a folder. */
  readonly files: readonly string[];
}

/**
 * The values of a row by modality, with the contents of files instead of their names. Throws a `UserError` of kind
 * "data" if one cannot be read.
 */
export async function exampleOfRow(
  specification: ResolvedSpecification,
  inputs: readonly InputColumns[],
  { values: written, files, origin }: ExampleRow,
): Promise<RawExample> {
  const example: Record<string, unknown> = {};
  for (const { modality: name, columns, files: declared, commas } of inputs) {
    const values = commas ? withPoints(written, commas.columns, commas.comma) : written;
    const modality = modalityNamed(specification, name);
    const cellOf = async (column: string): Promise<unknown> => {
      const cell = Object.hasOwn(values, column) ? values[column] : undefined;
      if (inFiles[modality.kind] === "name" || !(declared.includes(column) || files.includes(column))) return cell;
      return isMissingFile(cell) ? undefined : valueOfFile(modality, cell, origin.references);
    };
    try {
      const cells = await Promise.all(columns.map(cellOf));
      example[name] = cells.length === 1 ? cells[0] : cells;
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      throw new UserError(
        "data",
        `${origin.name} cannot be used: ${name}: ${error.message}.`,
        "Check the file that it names.",
        { cause: error },
      );
    }
  }
  return example;
}

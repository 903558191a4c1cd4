import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ResolvedModality } from "../../compiler/schema/resolved.ts";
import { pictureReaders } from "../../runtime/data/features/image.ts";
import { encodePng, type RawPixels } from "../../runtime/host/pictures.ts";
import type { Row } from "./chosen-rows.ts";

/** A modality, and the column of a table that it is read from. */
export interface ModalityColumn {
  readonly modality: ResolvedModality;
  readonly column: string;
}

type PictureOptions = Parameters<typeof pictureReaders.own.pixelsOf>[1];

/**
 * Replaces references to pictures by what a model sees of them: PNGs of the modality's size, which every decoder
 * decodes to the same pixels. References are relative to `folder`.
 */
export async function withInlinePictures(
  rows: readonly Row[],
  columns: readonly ModalityColumn[],
  folder: string,
): Promise<readonly Row[]> {
  const inlined: Row[] = [];
  for (const row of rows) {
    const cells: { [column: string]: unknown } = { ...row };
    for (const { modality, column } of columns)
      if (modality.kind === "image" || modality.kind === "video")
        cells[column] = await inlinePictures(cells[column], modality, folder);
    inlined.push(cells);
  }
  return inlined;
}

async function inlinePictures(cell: unknown, modality: PictureOptions, folder: string): Promise<unknown> {
  if (Array.isArray(cell)) return Promise.all(cell.map((frame) => inlinePictures(frame, modality, folder)));
  if (typeof cell !== "string" || cell.startsWith("data:")) return cell;
  const { width, height } = modality;
  const channels = modality.channels as RawPixels["channels"];
  const data = await pictureReaders.own.pixelsOf(await readFile(join(folder, cell)), modality);
  const png = await encodePng({ width, height, channels, data });
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

/** The files of regions to which rows refer. */
export function regionFilesOf(rows: readonly Row[], columns: readonly ModalityColumn[]): ReadonlySet<string> {
  const own = columns.filter(({ modality }) => modality.kind === "regions");
  return new Set(
    rows.flatMap((row) => own.flatMap(({ column }) => (typeof row[column] === "string" ? [row[column]] : []))),
  );
}

import { counted } from "../../../compiler/counted.ts";
import { UserError } from "../../user-error.ts";
import { NumberGrid } from "../cells/number-grid.ts";
import { labelsBeside, labelsName } from "./idx-labels.ts";
import { PieceReader } from "./piece-reader.ts";
import { readTable } from "./read-table.ts";
import type { TableSink, TableSource } from "./table.ts";

interface NumberType {
  readonly array: (length: number) => NumberGrid["data"];
  readonly size: number;
  readonly read: (view: DataView, at: number) => number;
}

/** The types of numbers by code, and how each is read. Numbers of several bytes are big-endian. */
const types: { readonly [code: number]: NumberType } = {
  0x08: { array: (length) => new Uint8Array(length), size: 1, read: (view, at) => view.getUint8(at) },
  0x09: { array: (length) => new Int8Array(length), size: 1, read: (view, at) => view.getInt8(at) },
  0x0b: { array: (length) => new Int16Array(length), size: 2, read: (view, at) => view.getInt16(at) },
  0x0c: { array: (length) => new Int32Array(length), size: 4, read: (view, at) => view.getInt32(at) },
  0x0d: { array: (length) => new Float32Array(length), size: 4, read: (view, at) => view.getFloat32(at) },
  0x0e: { array: (length) => new Float64Array(length), size: 8, read: (view, at) => view.getFloat64(at) },
};

/**
 * Reads IDX, the format of MNIST, one item at a time; each item is a grid with its own numbers. A file of one dimension
 * has a column `label`, one of more dimensions a column `image`. If the name of the file contains "images", and there
 * is a file with "labels" in that position (and idx1 for idx3), the labels of that file are the second column.
 */
export async function readIdx(source: TableSource, sink: TableSink): Promise<void> {
  const { file } = source;
  const pieces = new PieceReader(source.pieces);
  const {
    type,
    shape: [count = 0, ...inner],
  } = await headerOf(pieces, file);
  const item = { type, shape: inner, size: inner.reduce((product, length) => product * length, 1) };
  if (inner.length === 0) {
    sink.columns(["label"]);
    for (let row = 1; row <= count; row++)
      await sink.row(row, { label: (await nextItem(pieces, item, { file, count })).data[0] });
  } else {
    const path = labelsBeside(source.path);
    const labels =
      path === undefined ? undefined : await readTable({ path, name: labelsName(file), access: source.access });
    if (labels !== undefined && labels.rows.length !== count)
      throw new UserError(
        "data",
        `${file} has ${counted(count, "image")}, but ${labels.file} has ${counted(labels.rows.length, "label")}.`,
        "Use two files that belong together.",
      );
    sink.columns(["image", ...(labels?.columns ?? [])]);
    for (let row = 1; row <= count; row++)
      await sink.row(row, { image: await nextItem(pieces, item, { file, count }), ...labels?.rows[row - 1]?.values });
  }
  const beyond = await pieces.left();
  if (beyond > 0) throw bad(file, `it has ${beyond} bytes more than its header says`);
}

function bad(file: string, reason: string): UserError {
  return new UserError("data", `${file} cannot be read as IDX: ${reason}.`, "Check that the file is complete.");
}

async function headerOf(
  pieces: PieceReader,
  file: string,
): Promise<{ readonly type: NumberType; readonly shape: readonly number[] }> {
  const start = await pieces.take(4);
  const type = types[start?.[2] ?? 0];
  const dimensions = start?.[3] ?? 0;
  const sizes = start === undefined ? undefined : await pieces.take(4 * dimensions);
  if (start?.[0] !== 0 || start[1] !== 0 || type === undefined || dimensions === 0 || sizes === undefined)
    throw bad(file, "its header is not that of an IDX file");
  const view = viewOf(sizes);
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 * index));
  if (shape.slice(1).includes(0)) throw bad(file, `its header says items of ${shape.slice(1).join(" × ")} numbers`);
  return { type, shape };
}

interface Item {
  readonly type: NumberType;
  readonly shape: readonly number[];
  /** The number of values in an item. */
  readonly size: number;
}

async function nextItem(
  pieces: PieceReader,
  { type, shape, size }: Item,
  { file, count }: { readonly file: string; readonly count: number },
): Promise<NumberGrid> {
  const before = pieces.taken;
  const bytes = await pieces.take(size * type.size);
  if (bytes === undefined)
    throw bad(file, `it ends after ${before} bytes, where ${count} items of ${size * type.size} bytes are expected`);
  const view = viewOf(bytes);
  const data = type.array(size);
  for (let index = 0; index < size; index++) data[index] = type.read(view, index * type.size);
  return new NumberGrid(shape, data);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

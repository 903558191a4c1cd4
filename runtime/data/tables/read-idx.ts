import { UserError } from "../../user-error.ts";
import { NumberGrid } from "../number-grid.ts";
import { labelsBeside, labelsName } from "./idx-labels.ts";
import { readTable } from "./read-table.ts";
import type { Table, TableSource } from "./table.ts";

/** Types of numbers by their code, and how one is read; numbers of more than a byte are big-endian. */
const types: { readonly [code: number]: { readonly array: (length: number) => NumberGrid["data"]; readonly size: number; readonly read: (view: DataView, at: number) => number } } = {
  0x08: { array: (length) => new Uint8Array(length), size: 1, read: (view, at) => view.getUint8(at) },
  0x09: { array: (length) => new Int8Array(length), size: 1, read: (view, at) => view.getInt8(at) },
  0x0b: { array: (length) => new Int16Array(length), size: 2, read: (view, at) => view.getInt16(at) },
  0x0c: { array: (length) => new Int32Array(length), size: 4, read: (view, at) => view.getInt32(at) },
  0x0d: { array: (length) => new Float32Array(length), size: 4, read: (view, at) => view.getFloat32(at) },
  0x0e: { array: (length) => new Float64Array(length), size: 8, read: (view, at) => view.getFloat64(at) },
};

/**
 * IDX, the format of MNIST and its kin. A file of one dimension has a column `label`, one of more has a column `image`. Where the name of a file has
 * "images" in it and there is a file with "labels" instead (and idx1 instead of idx3), that one's labels are the second column.
 */
export async function readIdx(source: TableSource): Promise<Table> {
  const { file } = source;
  const { shape, data } = gridOf(await source.bytes(), file);
  const [count = 0, ...inner] = shape;
  const size = inner.reduce((product, length) => product * length, 1);
  if (inner.length === 0) return { file, columns: ["label"], rows: Array.from(data, (label, index) => ({ row: index + 1, values: { label } })), problems: [] };
  const path = labelsBeside(source.path);
  const labels = path === undefined ? undefined : await readTable({ path, name: labelsName(file) });
  if (labels !== undefined && labels.rows.length !== count) throw new UserError("data", `${file} has ${count} images, but ${labels.file} has ${labels.rows.length} labels.`, "Give the two files that belong together.");
  const rows = Array.from({ length: count }, (_, index) => ({
    row: index + 1,
    values: { image: new NumberGrid(inner, data.subarray(index * size, (index + 1) * size)), ...labels?.rows[index]?.values },
  }));
  return { file, columns: ["image", ...(labels?.columns ?? [])], rows, problems: [] };
}

function gridOf(bytes: Uint8Array, file: string): NumberGrid {
  const bad = (reason: string): UserError => new UserError("data", `${file} cannot be read as IDX: ${reason}.`, "Look whether the file is whole.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = bytes[3] ?? 0;
  const type = types[bytes[2] ?? 0];
  const start = 4 + 4 * dimensions;
  if (bytes[0] !== 0 || bytes[1] !== 0 || type === undefined || dimensions === 0 || bytes.length < start) throw bad("it does not begin as one does");
  const shape = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const length = shape.reduce((product, each) => product * each, 1);
  if (bytes.length !== start + length * type.size) throw bad(`it has ${bytes.length - start} bytes of numbers where ${length * type.size} are announced`);
  const data = type.array(length);
  for (let index = 0; index < length; index++) data[index] = type.read(view, start + index * type.size);
  return new NumberGrid(shape, data);
}

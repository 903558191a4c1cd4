import { join } from "node:path";
import { compileProgram } from "../../compiler/program.ts";
import type { Batch, Data, Split } from "../../runtime/data/data.ts";
import { openData } from "../../runtime/data/open-data.ts";
import { createNodeHost } from "../../runtime/files/node-host.ts";

/** Opens the data of `base.mtl` in the folder of the examples. */
export async function openEnglish(folder: string): Promise<Data> {
  const { program } = compileProgram({ entry: join(folder, "base.mtl"), host: createNodeHost() });
  if (!program) throw new Error("base.mtl has errors");
  return openData({ specification: program.specification, root: folder, cache: "none" });
}

/** All rows of a split. */
export function wholeSplit(data: Data, split: Split): Promise<Batch> {
  const size = data.rows("fill", split);
  return data.batch({ task: "fill", split, size, rows: Array.from({ length: size }, (_, row) => row) });
}

/** The values of a feature, a list for each row. */
export function rowsOf({ features, rowWeight }: Batch, name: string): readonly (readonly number[])[] {
  const values = features.get(name);
  if (!values) throw new Error(`no feature ${name}`);
  const width = values.length / rowWeight.length;
  return Array.from(rowWeight, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width), Number));
}

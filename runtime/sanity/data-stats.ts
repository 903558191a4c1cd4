import { type CompiledSpecification, type SetParams, compiledFrom } from "../compile.ts";
import type { ReadingProgress } from "../data/columns/loaded-dataset.ts";
import { namedDataFolder, pathsOfSet } from "../data/files/data-folders.ts";
import { type DataStats, statsOf } from "../data/stats/data-stats.ts";
import { dirname } from "../host/paths.ts";

export interface DataStatsOptions {
  /** The path of the `.mtl` file, or what `compileFile` returned. */
  readonly specification: string | CompiledSpecification;
  /** Values of params, where `specification` is a path. */
  readonly set?: SetParams;
  /** The folder that the paths of data sets are relative to, if the data is not in the folder of the specification. */
  readonly data?: string;
  /** Called while values are read and encoded, since the first reading of many pictures takes a while. */
  readonly onReading?: (progress: ReadingProgress) => void;
}

/**
 * Reads the data sets of a specification as training would, and describes them: rows of each split, classes, lengths,
 * ranges, rows and cells that are left out, and inputs that are in several splits. Bad rows are counted, and are not an
 * error.
 *
 * @throws UserError of kind `data` if a file cannot be read; SpecificationError if the specification has errors.
 */
export async function dataStats({ specification, set, data, onReading }: DataStatsOptions): Promise<DataStats> {
  const compiled = compiledFrom(specification, set);
  return statsOf({
    specification: compiled.program.specification,
    root: dirname(compiled.entry),
    ...(await namedDataFolder(data)),
    ...pathsOfSet(compiled.set),
    ...(onReading ? { onProgress: onReading } : {}),
  });
}

import { mkdir } from "../../host/files.ts";
import { seal } from "../../files/sealed-json.ts";
import { writeBundle, writeSources } from "../../model/bundle.ts";
import { RunFolder } from "../../run/run-folder.ts";
import { createRunLock, runLockFile, torchEngine } from "../../run/run-lock.ts";
import type { CompiledSpecification } from "../../compile.ts";
import type { Data } from "../../data/data.ts";
import type { DataFolders } from "../../data/files/data-folders.ts";

/** The inputs of a run. */
export interface RunBeginning {
  readonly compiled: CompiledSpecification;
  readonly data: Data;
  readonly folders: DataFolders;
  /** Instead of the seeds of the stages. */
  readonly seed?: number;
}

/**
 * Writes a run's folder as `mtl train` begins one, so that `mtl report` and `mtl diff` read the run that `train.py`
 * makes of a copy of it.
 */
export async function writeRunSkeleton(path: string, { compiled, data, folders, seed }: RunBeginning): Promise<void> {
  const folder = new RunFolder(path);
  await mkdir(folder.model, { recursive: true });
  const lock = seal({
    ...(await createRunLock({
      folder,
      folders,
      compiled,
      data,
      engine: torchEngine,
      threads: 1,
      seed: seed ?? null,
      steps: null,
      starts: new Map(),
    })),
    // The folder may be given to others, and the run begins with another command.
    argv: [],
  });
  await writeSources(folder.path, compiled);
  await writeBundle(folder.model, compiled, data.preprocessing, lock.seal);
  await runLockFile.write(folder.lock, lock);
}

/**
 * mtl in a browser: everything that `mtl` has, on files in memory, and training in a worker.
 *
 * The modules that read files, hash and decode pictures are replaced by others with the same exports when a bundler
 * builds a page (the field `browser` of package.json), so that all else is the code that runs in Node.
 */
export { SpecificationError, compileFile } from "../compile.ts";
export { evaluate } from "../model/evaluate.ts";
export { load } from "../model/load.ts";
export { writeReport } from "../report/write-report.ts";
export { resume, train } from "../run/train.ts";
export { UserError } from "../user-error.ts";
export { hasAdapter } from "../engines/has-adapter.ts";
export { fetchModel } from "./fetch-model.ts";
export { type FileContent, type FileMap, readFiles, writeFiles } from "./file-map.ts";
export { type KeptRun, type KeptState, keptRuns } from "./kept-runs.ts";
export { deleteSaved, saveFiles, savedFiles, savedNames } from "./saved-files.ts";
export {
  type StartOptions,
  type Training,
  type TrainingWorker,
  WorkerError,
  syntheticData,
  startTraining,
} from "./start-training.ts";
export type { Failure, Project, RankedTable, TrainingEnd, TrainingEvent, TrainingJob } from "./training-messages.ts";

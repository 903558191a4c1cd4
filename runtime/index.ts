/**
 * Training, evaluating and using models from a program: `await train({ specification: "model.mtl" })`, then
 * `(await load("runs/model-0001")).predict({ name: "grinning face" })`.
 *
 * Errors that a user can correct are thrown as `UserError`, whose `kind` names the area, and whose message ends with a
 * hint.
 */

// Compiling a specification from its file.
export {
  type CompiledFile,
  type CompiledSpecification,
  type SetParams,
  SpecificationError,
  compileFile,
} from "./compile.ts";
export type { Diagnostic, Fix, Related, Severity } from "../compiler/diagnostics/diagnostic.ts";
export type { Span } from "../grammar/ast.ts";
export { type FailureKind, UserError, exitCodes } from "./user-error.ts";

// Training.
export type { RunOptions } from "./run/run-options.ts";
export type { TrainingResult } from "./run/run-training.ts";
export { type ResumeOptions, type TrainOptions, resume, train } from "./run/train.ts";
export {
  type RunSetResult,
  type TrainFoldsOptions,
  type TrainSeedsOptions,
  resumeSet,
  resumeSet as resumeSeeds,
  trainFolds,
  trainSeeds,
} from "./run/train-sets.ts";
export { type ResumeSearchOptions, type SearchResult, resumeSearch, search } from "./search/search.ts";
export type { SearchOptions, SearchRunOptions } from "./search/plan-search.ts";
export { type ExportedSearch, exportSearch } from "./search/export/export-search.ts";
export type { SearchMethodName } from "./search/method-names.ts";
export { writeSearchReport } from "./search/report/write-search-report.ts";
export type { SearchObserver } from "./search/search-observer.ts";
export type { Trial, TrialState } from "./search/trial.ts";
export type { ScoreDisplay } from "./search/trial-progress.ts";
export type { SeedSummary } from "./run/summarize-seeds.ts";
export { type EngineChoice, engineChoices } from "./engines/open-engine.ts";

// A training loop of your own.
export type { LoopState, OpenStage, StageLoop, StageValidation, StepOptions } from "./train/phase/open-stage.ts";
export { trainStage } from "./train/phase/train-stage.ts";
export type { Tensors } from "./checkpoint/checkpoint.ts";
export type { Float32Tensor } from "./train/step/tensor-store.ts";
export type { TensorData } from "./engines/engine.ts";
export type { Batch } from "./data/data.ts";
export type { PreparedBatch, PreparedStep, PreparedPass } from "./train/supply/step-supply.ts";

// Watching a training.
export type {
  CheckpointEvent,
  LeaveEvent,
  SamplerStatusEvent,
  StageEvent,
  StepEvent,
  TrainingObserver,
  ValidationEvent,
} from "./train/phase/observer.ts";
export type { MeasuredValue } from "./evaluation/evaluate-split.ts";
export type { ReadingProgress } from "./data/columns/loaded-dataset.ts";
export type { SamplerStatus } from "./train/samplers/sampler.ts";

// Using a trained model.
export {
  type LoadOptions,
  type PredictOptions,
  type PredictRowsOptions,
  type PredictTasksOptions,
  type VectorsOptions,
  type TaskPredictions,
  type TrainedModel,
  load,
} from "./model/load.ts";
export type { CandidatesOptions } from "./retrieval/retrieval.ts";
export type { Candidates } from "./retrieval/candidate-set.ts";
export type { Candidate, RankedCandidate } from "./retrieval/ranked-candidate.ts";
export type { RankRowsOptions } from "./retrieval/rank-rows.ts";
export type { DecodingChoice } from "./decode/decoding-choice.ts";
export type * from "./targets/prediction.ts";
export type { ExampleInput, ExampleSource } from "./data/batch/example-source.ts";
export type { ResolvedModality, ResolvedTarget, ResolvedTask } from "../compiler/schema/resolved.ts";
export type { DataProblem, Preprocessing, RawExample, Split } from "./data/data.ts";
export type { BadRows, CarriedColumns, RowPredictions } from "./predict/predict-rows.ts";
export type { RowSource } from "./predict/row-sources.ts";
export type { WrittenPrediction } from "./predict/prediction-table.ts";
export { type PredictionFormat, predictionFormats } from "./predict/prediction-formats.ts";
export { writePredictionFile, writePredictions } from "./predict/write-predictions.ts";
export { type EvaluateOptions, evaluate } from "./model/evaluate.ts";
export { type ScoreOptions, isScoredTable, scoreTable } from "./model/score-table.ts";
export {
  type InspectOptions,
  type StreamInspection,
  type StreamStatistics,
  inspectStream,
} from "./model/inspect-stream.ts";

// Graphs for other programs.
export { type CompileToFolderOptions, compileToFolder } from "./export/compile-to-folder.ts";
export { readCompiled } from "./export/compiled-folder.ts";
export { compiledFormats, graphKinds } from "./export/manifest.ts";
export type {
  CompiledFeature,
  CompiledFormat,
  CompiledGraph,
  CompiledInput,
  CompiledManifest,
  CompiledOutput,
  CompiledTask,
  CompiledTraining,
  GraphKind,
  InputSource,
} from "./export/manifest.ts";

// Looking at data, models and runs.
export { type DataStatsOptions, dataStats } from "./sanity/data-stats.ts";
export type { DataStats, DatasetStats, DroppedRows, TaskStats } from "./data/stats/data-stats.ts";
export type { ColumnStats } from "./data/stats/column-stats.ts";
export type { Leak } from "./data/stats/leaks.ts";
export type { Figures } from "./data/stats/quantiles.ts";
export type { TargetAmongInputs } from "./data/stats/targets-among-inputs.ts";
export { type SyntheticDataOptions, writeSyntheticData } from "./synth/write-synthetic-data.ts";
export { type SmokeOptions, type SmokeStage, smoke } from "./sanity/smoke.ts";
export { type OverfitOptions, type OverfitTask, overfitOneBatch } from "./sanity/overfit-one-batch.ts";
export { writeReport } from "./report/write-report.ts";
export { type Difference, diffRuns } from "./report/diff-runs.ts";
export {
  type DamagedRun,
  type Result as RunResult,
  type RunSummary,
  findRunSets as listRunSets,
  listRuns,
} from "./report/run-record.ts";
export type { RunLock } from "./run/run-lock.ts";
export type { RunSet, RunSetKind } from "./run/run-set-file.ts";
export { type Finding, checkFolder } from "./doctor/check-folder.ts";
export type { EngineName } from "./engines/open-engine.ts";
export { type EngineProbe, probeEngines } from "./engines/probe-engines.ts";

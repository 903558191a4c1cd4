/**
 * Training, evaluating and using models from a program: `await train({ specification: "model.mtl" })`, then
 * `(await load("runs/model-0001")).predict({ name: "grinning face" })`.
 */
export { type CompiledSpecification, type SetParams, SpecificationError, compileFile } from "./compile.ts";
export { type CompileToFolderOptions, compileToFolder } from "./export/compile-to-folder.ts";
export { readCompiled } from "./export/compiled-folder.ts";
export { graphKinds } from "./export/manifest.ts";
export type {
  CompiledFormat,
  CompiledGraph,
  CompiledInput,
  CompiledManifest,
  CompiledOutput,
  CompiledTask,
  GraphKind,
  InputSource,
} from "./export/manifest.ts";
export type { DataProblem, Preprocessing, RawExample, Split } from "./data/data.ts";
export { type EngineChoice, engineChoices } from "./engines/open-engine.ts";
export { type EvaluateOptions, evaluate } from "./model/evaluate.ts";
export { type ScoreOptions, isScoredTable, scoreTable } from "./model/score-table.ts";
export {
  type InspectOptions,
  type StreamInspection,
  type StreamStatistics,
  inspectStream,
} from "./model/inspect-stream.ts";
export type { ExampleInput, ExampleSource } from "./data/batch/example-source.ts";
export {
  type LoadOptions,
  type PredictOptions,
  type PredictRowsOptions,
  type TrainedModel,
  load,
} from "./model/load.ts";
export { type OverfitOptions, type OverfitTask, overfitOneBatch } from "./sanity/overfit-one-batch.ts";
export type { BadRows, CarriedColumns, RowPredictions } from "./predict/predict-rows.ts";
export {
  type PredictionFormat,
  predictionFormats,
  writePredictionFile,
  writePredictions,
} from "./predict/write-predictions.ts";
export type { RowSource } from "./predict/row-sources.ts";
export type {
  CategoryPrediction,
  LabelsPrediction,
  MaskedPrediction,
  NumberPrediction,
  Prediction,
  RankingPrediction,
} from "./targets/prediction.ts";
export type { RunOptions } from "./run/run-options.ts";
export type { TrainingResult } from "./run/run-training.ts";
export { type ResumeOptions, type TrainOptions, resume, train } from "./run/train.ts";
export type { LoopState, OpenStage, StageLoop, StageValidation, StepOptions } from "./train/phase/open-stage.ts";
export { trainStage } from "./train/phase/train-stage.ts";
export {
  type RunSetResult,
  type TrainFoldsOptions,
  type TrainSeedsOptions,
  resumeSet,
  resumeSet as resumeSeeds,
  trainFolds,
  trainSeeds,
} from "./run/train-sets.ts";
export type { SeedSummary } from "./run/summarize-seeds.ts";
export type { MeasuredValue } from "./evaluation/evaluate-split.ts";
export type {
  CheckpointEvent,
  SamplerStatusEvent,
  StageEvent,
  StepEvent,
  TrainingObserver,
  ValidationEvent,
} from "./train/phase/observer.ts";
export { type FailureKind, UserError, exitCodes } from "./user-error.ts";

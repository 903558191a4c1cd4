/**
 * Training, evaluating and using models from a program: `await train({ specification: "model.mtl" })`, then
 * `(await load("runs/model-0001")).predict({ name: "grinning face" })`.
 */
export { type CompiledSpecification, type SetParams, SpecificationError, compileFile } from "./compile.ts";
export { type CompileToFolderOptions, compileToFolder } from "./compiled/compile-to-folder.ts";
export { readCompiled } from "./compiled/compiled-folder.ts";
export { graphKinds } from "./compiled/manifest.ts";
export type {
  CompiledFormat,
  CompiledGraph,
  CompiledInput,
  CompiledManifest,
  CompiledOutput,
  CompiledTask,
  GraphKind,
  InputSource,
} from "./compiled/manifest.ts";
export type { DataProblem, Preprocessing, RawExample, Split } from "./data/data.ts";
export { type EngineChoice, engineChoices } from "./engines/open-engine.ts";
export { type EvaluateOptions, evaluate } from "./evaluate.ts";
export { type ScoreOptions, isScoredTable, scoreTable } from "./score-table.ts";
export { type InspectOptions, type StreamInspection, type StreamStatistics, inspectStream } from "./inspect-stream.ts";
export type { ExampleInput, ExampleSource } from "./data/example-source.ts";
export { type LoadOptions, type PredictOptions, type PredictRowsOptions, type TrainedModel, load } from "./load.ts";
export { type OverfitOptions, type OverfitTask, overfitOneBatch } from "./overfit-one-batch.ts";
export type { BadRows, CarriedColumns, RowPredictions } from "./predict/predict-rows.ts";
export {
  type PredictionFormat,
  predictionFormats,
  writePredictionFile,
  writePredictions,
} from "./predict/write-predictions.ts";
export type { RowSource } from "./predict/row-sources.ts";
export type { CategoryPrediction, LabelsPrediction, NumberPrediction, Prediction } from "./prediction.ts";
export { type ResumeOptions, type TrainOptions, type TrainingResult, resume, train } from "./train.ts";
export {
  type RunSetResult,
  type TrainFoldsOptions,
  type TrainSeedsOptions,
  resumeSet,
  resumeSet as resumeSeeds,
  trainFolds,
  trainSeeds,
} from "./train-sets.ts";
export type { SeedSummary } from "./summarize-seeds.ts";
export type { MeasuredValue } from "./train/evaluate-split.ts";
export type {
  CheckpointEvent,
  SamplerStatusEvent,
  StageEvent,
  StepEvent,
  TrainingObserver,
  ValidationEvent,
} from "./train/observer.ts";
export { type FailureKind, UserError, exitCodes } from "./user-error.ts";

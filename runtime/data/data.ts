import type { TextLengths } from "../../compiler/stage/plan.ts";
import type { TensorData } from "../engines/engine.ts";
import type { ExampleSource } from "./batch/example-source.ts";

export const splitNames = ["train", "validation", "test"] as const;
export type Split = (typeof splitNames)[number];

/** A row or a cell that cannot be used. It is named by file, row and column, so that no row is left out silently. */
export interface DataProblem {
  readonly file: string;
  /** The row's number as an editor or spreadsheet counts it: line 1 is the first line, which in CSV is the header. */
  readonly row: number;
  /** The path of the row's file, in a folder of classes, where each row is a file. */
  readonly path?: string;
  readonly column?: string;
  readonly reason: string;
}

/** Rows of one task, padded to the size of a compiled graph. */
export interface Batch {
  /** By feature name (`compiler/features/features.ts`), each `[size, …]`. */
  readonly features: ReadonlyMap<string, TensorData>;
  /**
   * By feature name, `[size, …]`: targets of numbers and grades in the data's unit and precision, while the feature
   * itself may be standardised float32. Absent if the task has no such target.
   */
  readonly exact?: ReadonlyMap<string, Float64Array>;
  /** `[size]`: the row's weight, multiplied in training by that of its class; 0 for padding. */
  readonly rowWeight: Float32Array;
  /**
   * `[size]`: the row's weight in the precision of the data, for metrics. If it is absent, metrics take `rowWeight`.
   */
  readonly weights?: Float64Array;
  /**
   * `[K]`: 1 for each output of the task that stands for a class, 0 for those without a class in the data. Absent if
   * all have one.
   */
  readonly classMask?: Float32Array;
  /**
   * A stable key of each real row (data set, file, row), which keys its randomness. Shorter than `size` if rows are
   * padded.
   */
  readonly keys: readonly string[];
  /** In a batch that several tasks share, what belongs to each of them; the `rowWeight` of the batch is then 1 for every row that is not padding. */
  readonly parts?: ReadonlyMap<string, BatchPart>;
}

/** The fields of a batch of several tasks that belong to one of them; as in `Batch`. */
export type BatchPart = Pick<Batch, "rowWeight" | "weights" | "classMask">;

export interface BatchRequest {
  readonly task: string;
  readonly split: Split;
  /** Indices in `0 … rows(task, split) − 1`. */
  readonly rows: readonly number[];
  /** The number of rows of the compiled graph; at least `rows.length`. */
  readonly size: number;
  /** The number of tokens of each text for which the graph takes shorter texts than `max_length`; all rows must fit. */
  readonly lengths?: TextLengths;
  /** The modalities to read, if not all inputs of the task are needed. */
  readonly modalities?: readonly string[];
  /** The key of the reader's randomness in training. Without it the same tokens of an example are hidden each time. */
  readonly draw?: ReaderDraw;
  /** The graphs for which the batch is made, which decides its shapes; by default those of training if there is a `draw`, else those of evaluation. */
  readonly mode?: "train" | "evaluate" | "predict";
}

/** The graphs for which a batch is made. */
export function modeOf({
  mode,
  draw,
}: { readonly [Field in "mode" | "draw"]?: BatchRequest[Field] | undefined }): "train" | "evaluate" | "predict" {
  return mode ?? (draw ? "train" : "evaluate");
}

export interface ExamplePlace {
  readonly task: string;
  readonly split: Split;
  /** An index in `0 … rows(task, split) − 1`. */
  readonly row: number;
}

/** The key of what the reader draws for an example. It differs in each epoch. */
export interface ReaderDraw {
  readonly seed: number;
  readonly stage: string;
  readonly epoch: number;
}

/** A request for rows that several tasks share. */
export type SharedRequest = Omit<BatchRequest, "task" | "modalities"> & {
  /** The tasks of the pass that takes the batch, if they are not all that share the rows. */
  readonly tasks?: readonly string[];
};

/** The rows that at least one of several tasks over the same data sets has. A row may lack the targets of the others. */
export interface SharedData {
  rows(split: Split): number;
  /** The position of a row among those of one task; `undefined` if it lacks the task's target. */
  positionOf(task: string, split: Split, row: number): number | undefined;
  /** The features of all tasks, by their names in a pass (`compiler/features/shared-inputs.ts`). */
  batch(request: SharedRequest): Promise<Batch>;
  tokens(split: Split, row: number): TextLengths;
}

/** The examples of every task of a specification, by split, over all data sets that list the task. */
export interface Data {
  rows(task: string, split: Split): number;
  batch(request: BatchRequest): Promise<Batch>;
  /** The rows that some tasks of the same data sets share; absent if there are no such tasks. */
  readonly shared?: (tasks: readonly string[]) => SharedData;
  /** The number of tokens in each text of an example, by modality; with candidates, that of the longest one. */
  tokens(place: ExamplePlace): TextLengths;
  /**
   * The number of rows within which a task's training order is shuffled, if one of its data sets declares a window;
   * otherwise all of its rows are shuffled.
   */
  readonly window?: (task: string) => number | undefined;
  /** One example as it is in its data set. */
  source(place: ExamplePlace): Promise<ExampleSource>;
  /** The folder where values computed from examples are kept between runs. */
  readonly cacheFolder?: string;
  readonly preprocessing: Preprocessing;
  readonly problems: readonly DataProblem[];
  /**
   * The SHA-256 of the contents of all files that the cells of a modality name, by data set and modality, such as
   * `emoji.drawing`.
   */
  readonly contents: { readonly [column: string]: string };
  close(): Promise<void>;
}

/**
 * All that was learnt from the training split, as plain JSON. A trained model carries it, and so needs no data to
 * predict.
 */
export interface Preprocessing {
  readonly version: 1;
  /** A Hugging Face `tokenizer.json` document for each text modality. */
  readonly tokenizers: { readonly [modality: string]: unknown };
  /** Names of the classes of each task with classes, in the order of the logits. */
  readonly classes: { readonly [task: string]: readonly string[] };
  /**
   * For each table, the categories of each categorical column in the order of their ids; absent if there are no tables.
   */
  readonly categories?: { readonly [modality: string]: { readonly [column: string]: readonly string[] } };
  /**
   * The statistics of each standardised feature by its name, including targets such as `price.target`; absent if none
   * is standardised.
   */
  readonly statistics?: { readonly [feature: string]: ColumnStatistics };
}

/** The mean and standard deviation of each column of a feature; columns are its last axis. */
export interface ColumnStatistics {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** One example as a user passes it: a path, text, numbers or bytes for each modality. */
export type RawExample = { readonly [modality: string]: unknown };

import type { TextLengths } from "../../compiler/stage/plan.ts";
import type { TensorData } from "../engines/engine.ts";
import type { ExampleSource } from "./batch/example-source.ts";

export const splitNames = ["train", "validation", "test"] as const;
export type Split = (typeof splitNames)[number];

/** A row or a cell that cannot be used: named by file, row and column, never passed over in silence. */
export interface DataProblem {
  readonly file: string;
  /** As an editor or a spreadsheet counts it: 1 is the first line; the header of a CSV file is line 1. */
  readonly row: number;
  /** The file that is the row, in a folder of classes: what people look for by its name. */
  readonly path?: string;
  readonly column?: string;
  readonly reason: string;
}

/** Rows of one task, padded to the size of a compiled graph. */
export interface Batch {
  /** By feature name (`compiler/features/features.ts`), each `[size, …]`. */
  readonly features: ReadonlyMap<string, TensorData>;
  /** By feature name, `[size, …]`: targets of numbers and grades as exactly as the data has them, in its unit, which the feature may have standardised; absent where there are none. */
  readonly exact?: ReadonlyMap<string, Float64Array>;
  /** `[size]`: the row's weight, in training times that of its class; 0 for padding. */
  readonly rowWeight: Float32Array;
  /** `[size]`: the row's weight as exactly as the data has it, for metrics; where it is not there, they take `rowWeight`. */
  readonly weights?: Float64Array;
  /** `[K]`: 1 for each output of the task that stands for a class, 0 for those that the data has no class for. Absent where all do. */
  readonly classMask?: Float32Array;
  /** A stable key of each real row (data set, file, row): randomness is keyed by it. Shorter than `size` where rows are padded. */
  readonly keys: readonly string[];
}

export interface BatchRequest {
  readonly task: string;
  readonly split: Split;
  /** Positions in `0 … rows(task, split) − 1`. */
  readonly rows: readonly number[];
  /** Rows of the compiled graph; at least `rows.length`. */
  readonly size: number;
  /** Tokens of texts that the graph takes shorter, which the rows fit. */
  readonly lengths?: TextLengths;
  /** The inputs that are wanted, where not all of the task's are. */
  readonly modalities?: readonly string[];
  /** What keys the randomness of the reader in training. Without it what is hidden of an example is always the same. */
  readonly draw?: ReaderDraw;
}

export interface ExamplePlace {
  readonly task: string;
  readonly split: Split;
  /** In `0 … rows(task, split) − 1`. */
  readonly row: number;
}

/** Keys of what the reader draws for an example: another one each epoch. */
export interface ReaderDraw {
  readonly seed: number;
  readonly stage: string;
  readonly epoch: number;
}

/** The examples of every task of a specification, split; over all data sets that list a task. */
export interface Data {
  rows(task: string, split: Split): number;
  batch(request: BatchRequest): Promise<Batch>;
  /** How many tokens the texts of an example have, by modality; of candidates, the longest. */
  tokens(place: ExamplePlace): TextLengths;
  /** Within how many rows the order of a task's training is random, where a data set declares it; otherwise over all of its rows. */
  readonly window?: (task: string) => number | undefined;
  /** One example as its data set has it. */
  source(place: ExamplePlace): Promise<ExampleSource>;
  /** Where what was computed of examples is kept between runs. */
  readonly cacheFolder?: string;
  readonly preprocessing: Preprocessing;
  readonly problems: readonly DataProblem[];
  /** SHA-256 of the contents of all files that the cells of a modality name, by data set and modality: `emoji.drawing`. */
  readonly contents: { readonly [column: string]: string };
  close(): Promise<void>;
}

/** What was learnt from the training split, as plain JSON: a trained model carries it and needs no data to predict. */
export interface Preprocessing {
  readonly version: 1;
  /** A Hugging Face `tokenizer.json` document for each text modality. */
  readonly tokenizers: { readonly [modality: string]: unknown };
  /** Names of the classes of each task with classes, in the order of the logits. */
  readonly classes: { readonly [task: string]: readonly string[] };
  /** For each table the categories of each categorical column, in the order of their ids; absent without tables. */
  readonly categories?: { readonly [modality: string]: { readonly [column: string]: readonly string[] } };
  /** For each feature that is standardised, by its name, `price.target` of a task too; absent without such. */
  readonly statistics?: { readonly [feature: string]: ColumnStatistics };
}

/** Mean and standard deviation of each column of a feature, which is its last axis. */
export interface ColumnStatistics {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** One example as a user has it: paths, text, numbers, or bytes, by modality. */
export type RawExample = { readonly [modality: string]: unknown };

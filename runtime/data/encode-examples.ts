import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { UserError } from "../user-error.ts";
import { emptyBatch, featureReaders, featuresOfBatch, readerFor } from "./batch-features.ts";
import type { Batch, Preprocessing, RawExample } from "./data.ts";
import { taskNamed } from "./dataset-fields.ts";
import { candidateCount } from "./features/candidates.ts";
import { slotsOf } from "./feature-store.ts";
import { type AskedTokens, askForTokens, askedTokens, withMasks } from "./asked-tokens.ts";
import { referencesFrom } from "./file-references.ts";
import { tokenMaskings } from "./hide-tokens.ts";
import { checkPreprocessing, fittedBy } from "./preprocessing.ts";
import { standardiseRow } from "./standardise.ts";
import { UnreadableValue } from "./unreadable-value.ts";

export interface ExampleEncoderOptions {
  readonly specification: ResolvedSpecification;
  readonly preprocessing: Preprocessing;
  /** What file names in examples are relative to. */
  readonly folder: string;
}

export interface EncodeRequest {
  readonly task: string;
  readonly examples: readonly RawExample[];
  /** Rows of the compiled graph; at least `examples.length`. */
  readonly size: number;
}

export interface EncodedExamples extends Batch {
  /** How many candidates each example has; 1 where the task has none. */
  readonly candidates: readonly number[];
  /** The tokens that are asked for in each example, where the task predicts tokens. */
  readonly asked: readonly (AskedTokens | undefined)[];
}

/** Turns examples as a user has them into what a `predict` graph takes: the features that the same values would have in a data set. */
export interface ExampleEncoder {
  /** A batch without targets; its keys count the examples. Throws `UserError` of kind "data" that names the example and the modality. */
  encode(request: EncodeRequest): Promise<EncodedExamples>;
}

export function createExampleEncoder({ specification, preprocessing, folder }: ExampleEncoderOptions): ExampleEncoder {
  checkPreprocessing(specification, preprocessing);
  const readers = featureReaders(specification);
  const fitted = fittedBy(preprocessing);
  const maskings = tokenMaskings(specification, fitted.encodingOf);
  return {
    encode: async ({ task: name, examples, size }) => {
      if (examples.length > size) throw new Error(`${examples.length} examples do not fit a batch of ${size}`);
      const task = taskNamed(specification.tasks, name);
      const masking = maskings.get(name);
      const encodingOf = (modality: string) => (masking?.masked.target.modality === modality ? withMasks(fitted.encodingOf(modality)) : fitted.encodingOf(modality));
      const context = { references: referencesFrom(folder), ...fitted, encodingOf };
      const inputs = emptyBatch(task, readers, size);
      const candidates = examples.map(() => 1);
      const rowWeight = new Float32Array(size).fill(1, 0, examples.length);
      for (const [at, example] of examples.entries()) {
        refuseUnknownModalities(example, at, Object.keys(specification.modalities));
        for (const { modality, store, present } of inputs) {
          const reader = readerFor(readers, task, modality);
          const value = example[modality];
          if (reader.isMissing(value, present === undefined ? "required" : "optional")) {
            if (present === undefined) throw unusable(at, modality, `it has no ${modality}`);
            continue;
          }
          if (present !== undefined) present[at] = 1;
          try {
            const parsed = reader.parse(value);
            if (task.candidates?.parts[modality]) candidates[at] = candidateCount(parsed);
            await reader.encode(parsed, slotsOf(store, at), context);
            standardiseRow(reader, store, at, preprocessing);
          } catch (error) {
            throw error instanceof UnreadableValue ? unusable(at, modality, error.message) : error;
          }
        }
      }
      const batch = askForTokens({ features: featuresOfBatch(inputs), rowWeight, keys: examples.map((_, at) => String(at)) }, size, masking);
      return { ...batch, candidates, asked: examples.map((_, at) => askedTokens(batch, at, masking)) };
    },
  };
}

function unusable(at: number, modality: string, reason: string): UserError {
  return new UserError("data", `Example ${at + 1} cannot be used: ${modality}: ${reason}.`, "Give every example a value for each modality that the task requires.");
}

function refuseUnknownModalities(example: RawExample, at: number, modalities: readonly string[]): void {
  const unknown = Object.keys(example).find((key) => !modalities.includes(key));
  if (unknown !== undefined) throw new UserError("data", `Example ${at + 1} has "${unknown}", which is no modality of the model.`, `Its modalities are: ${modalities.join(", ")}.`);
}

import type { TextLengths } from "../../compiler/plan.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { UserError } from "../user-error.ts";
import { type ModalityBatch, emptyBatch, featureReaders, featuresOfBatch, readerFor } from "./batch-features.ts";
import type { Batch, Preprocessing, RawExample } from "./data.ts";
import { taskNamed } from "./dataset-fields.ts";
import { candidateCount } from "./features/candidates.ts";
import { slotsOf } from "./feature-store.ts";
import type { ReadingContext } from "./features/feature-reader.ts";
import { type AskedTokens, askForTokens, askedTokens, withMasks } from "./asked-tokens.ts";
import { referencesFrom } from "./file-references.ts";
import { type TokenMasking, tokenMaskings } from "./hide-tokens.ts";
import { checkPreprocessing, fittedBy } from "./preprocessing.ts";
import { shortenTexts } from "./shorten-texts.ts";
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
  /** Places of the examples among all that the user has given, for messages; by default one after the other from 0. */
  readonly places?: readonly number[];
  /** Rows of the compiled graph; at least `examples.length`. */
  readonly size: number;
  /** Tokens of texts that the graph takes shorter, which the examples fit. */
  readonly lengths?: TextLengths;
}

export interface EncodedExamples extends Batch {
  /** How many candidates each example has; 1 where the task has none. */
  readonly candidates: readonly number[];
  /** The tokens that are asked for in each example, where the task predicts tokens. */
  readonly asked: readonly (AskedTokens | undefined)[];
}

/** Turns examples as a user has them into what a `predict` graph takes: the features that the same values would have in a data set. */
export interface ExampleEncoder {
  /** A batch without targets; its keys are their places. Throws `UserError` of kind "data" that names the example and the modality. */
  encode(request: EncodeRequest): Promise<EncodedExamples>;
  /** How many tokens the texts of an example have, by modality; of candidates, the longest. Throws as `encode` does. */
  tokens(task: string, example: RawExample, place: number): Promise<TextLengths>;
}

export function createExampleEncoder({ specification, preprocessing, folder }: ExampleEncoderOptions): ExampleEncoder {
  checkPreprocessing(specification, preprocessing);
  const readers = featureReaders(specification);
  const fitted = fittedBy(preprocessing);
  const maskings = tokenMaskings(specification, fitted.encodingOf);
  const contextOf = (masking: TokenMasking | undefined): ReadingContext => {
    const encodingOf = (modality: string) => (masking?.masked.target.modality === modality ? withMasks(fitted.encodingOf(modality)) : fitted.encodingOf(modality));
    return { references: referencesFrom(folder), ...fitted, encodingOf };
  };
  /** Fills a row of a batch; gives how many candidates it has. */
  const fill = async (task: ResolvedTask, context: ReadingContext, inputs: readonly ModalityBatch[], example: RawExample, { at, place }: { readonly at: number; readonly place: number }): Promise<number> => {
    refuseUnknownModalities(example, place, Object.keys(specification.modalities));
    let candidates = 1;
    for (const { modality, store, present } of inputs) {
      const reader = readerFor(readers, task, modality);
      const value = example[modality];
      if (reader.isMissing(value, present === undefined ? "required" : "optional")) {
        if (present === undefined) throw unusable(place, modality, `it has no ${modality}`);
        continue;
      }
      if (present !== undefined) present[at] = 1;
      try {
        const parsed = reader.parse(value);
        if (task.candidates?.parts[modality]) candidates = candidateCount(parsed);
        await reader.encode(parsed, slotsOf(store, at), context);
      } catch (error) {
        throw error instanceof UnreadableValue ? unusable(place, modality, error.message) : error;
      }
    }
    return candidates;
  };
  return {
    encode: async ({ task: name, examples, places = [...examples.keys()], size, lengths = {} }) => {
      if (examples.length > size) throw new Error(`${examples.length} examples do not fit a batch of ${size}`);
      const task = taskNamed(specification.tasks, name);
      const masking = maskings.get(name);
      const context = contextOf(masking);
      const inputs = emptyBatch(task, readers, size);
      const candidates: number[] = [];
      for (const [at, example] of examples.entries()) candidates.push(await fill(task, context, inputs, example, { at, place: places[at] ?? at }));
      const rowWeight = new Float32Array(size).fill(1, 0, examples.length);
      const batch = askForTokens({ features: featuresOfBatch(inputs, preprocessing), rowWeight, keys: examples.map((_, at) => String(places[at])) }, size, masking);
      const asked = examples.map((_, at) => askedTokens(batch, at, masking));
      return { ...shortenTexts(batch, specification, lengths), candidates, asked };
    },
    tokens: async (name, example, place) => {
      const task = taskNamed(specification.tasks, name);
      const texts = task.inputs.filter(({ modality }) => readerFor(readers, task, modality).tokens);
      const inputs = emptyBatch({ ...task, inputs: texts }, readers, 1);
      await fill(task, contextOf(maskings.get(name)), inputs, example, { at: 0, place });
      return Object.fromEntries(inputs.map(({ modality, store }) => [modality, readerFor(readers, task, modality).tokens?.(slotsOf(store, 0)) ?? 0]));
    },
  };
}

function unusable(place: number, modality: string, reason: string): UserError {
  return new UserError("data", `Example ${place + 1} cannot be used: ${modality}: ${reason}.`, "Give every example a value for each modality that the task requires.");
}

function refuseUnknownModalities(example: RawExample, place: number, modalities: readonly string[]): void {
  const unknown = Object.keys(example).find((key) => !modalities.includes(key));
  if (unknown !== undefined) throw new UserError("data", `Example ${place + 1} has "${unknown}", which is no modality of the model.`, `Its modalities are: ${modalities.join(", ")}.`);
}

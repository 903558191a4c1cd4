import type { TextLengths } from "../../../compiler/stage/plan.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { type ModalityBatch, emptyBatch, featureReaders, featuresOfBatch, readerFor } from "./batch-features.ts";
import { classMask } from "./class-mask.ts";
import type { Batch, Preprocessing, RawExample } from "../data.ts";
import { taskNamed } from "../columns/dataset-fields.ts";
import { candidateCount } from "../features/candidates.ts";
import { slotsOf } from "../columns/feature-store.ts";
import type { ReadingContext } from "../features/feature-reader.ts";
import { type AskedTokens, askForTokens, askedTokens, withMasks } from "../makers/mask-queries.ts";
import { type FileReferences, referencesFrom } from "../files/file-references.ts";
import { type TokenMasking, tokenMaskingOf } from "../makers/mask-tokens.ts";
import { checkPreprocessing, fittedBy } from "../fit/preprocessing.ts";
import { shortenTexts } from "./shorten-texts.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

export interface ExampleEncoderOptions {
  readonly specification: ResolvedSpecification;
  readonly preprocessing: Preprocessing;
  /** What file names in examples are relative to. */
  readonly folder: string;
}

/** What messages call an example, and what its file names are relative to. */
export interface ExampleOrigin {
  readonly name: string;
  readonly references: FileReferences;
}

export interface EncodeRequest {
  readonly task: string;
  readonly examples: readonly RawExample[];
  /** Of each example; by default they are counted from 1. */
  readonly origins?: readonly ExampleOrigin[];
  /** Told of an example that cannot be used, by its place in `examples`; what is encoded of it says nothing. Otherwise it is thrown. */
  readonly onUnusable?: (index: number, error: UserError) => void;
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
  /** A batch without targets; its keys are what messages call its examples. Throws `UserError` of kind "data" that names the example and the modality. */
  encode(request: EncodeRequest): Promise<EncodedExamples>;
  /** How many tokens the texts of an example have, by modality; of candidates, the longest. Throws as `encode` does. */
  tokens(task: string, example: RawExample, origin: ExampleOrigin): Promise<TextLengths>;
  /** That of an example which stands nowhere. */
  originOf(place: number): ExampleOrigin;
}

export function createExampleEncoder({ specification, preprocessing, folder }: ExampleEncoderOptions): ExampleEncoder {
  checkPreprocessing(specification, preprocessing);
  const readers = featureReaders(specification);
  const fitted = fittedBy(preprocessing);
  const maskings = new Map(
    Object.values(specification.tasks).map((task) => [
      task.name,
      tokenMaskingOf(task, { specification, encodingOf: fitted.encodingOf }),
    ]),
  );
  const contextOf = (masking: TokenMasking | undefined): Omit<ReadingContext, "references"> => {
    const encodingOf = (modality: string) =>
      masking?.masked.target.modality === modality
        ? withMasks(fitted.encodingOf(modality))
        : fitted.encodingOf(modality);
    return { ...fitted, encodingOf };
  };
  const references = referencesFrom(folder);
  const originOf = (place: number): ExampleOrigin => ({ name: `Example ${place}`, references });
  /** Fills a row of a batch; gives how many candidates it has. */
  const fill = async (
    task: ResolvedTask,
    context: ReturnType<typeof contextOf>,
    inputs: readonly ModalityBatch[],
    example: RawExample,
    { at, origin }: { readonly at: number; readonly origin: ExampleOrigin },
  ): Promise<number> => {
    refuseUnknownModalities(example, origin, Object.keys(specification.modalities));
    let candidates = 1;
    for (const { modality, store, present } of inputs) {
      const reader = readerFor(readers, task, modality);
      const value = example[modality];
      try {
        if (reader.isMissing(value, present === undefined ? "required" : "optional")) {
          if (present === undefined) throw new UnreadableValue(`it has no ${modality}`);
          continue;
        }
        if (present !== undefined) present[at] = 1;
        const parsed = reader.parse(value);
        if (task.candidates?.parts[modality]) candidates = candidateCount(parsed);
        await reader.encode(parsed, slotsOf(store, at), { ...context, references: origin.references });
      } catch (error) {
        throw error instanceof UnreadableValue ? unusable(origin, modality, error.message) : error;
      }
    }
    return candidates;
  };
  return {
    originOf,
    encode: async ({
      task: name,
      examples,
      origins = [...examples.keys()].map(originOf),
      onUnusable,
      size,
      lengths = {},
    }) => {
      if (examples.length > size) throw new Error(`${examples.length} examples do not fit a batch of ${size}`);
      const task = taskNamed(specification.tasks, name);
      const masking = maskings.get(name);
      const context = contextOf(masking);
      const inputs = emptyBatch(task, readers, size);
      const candidates: number[] = [];
      const rowWeight = new Float32Array(size);
      const leaveOut = (at: number, error: unknown): void => {
        if (!onUnusable || !(error instanceof UserError)) throw error;
        onUnusable(at, error);
        // What was read of it before may be longer than the graph's texts.
        for (const { store } of inputs) for (const slot of slotsOf(store, at)) slot.fill(0);
        rowWeight[at] = 0;
      };
      for (const [at, example] of examples.entries()) {
        try {
          rowWeight[at] = 1;
          candidates[at] = await fill(task, context, inputs, example, { at, origin: origins[at] ?? originOf(at) });
        } catch (error) {
          leaveOut(at, error);
        }
      }
      const keys = examples.map((_, at) => (origins[at] ?? originOf(at)).name);
      const mask = classMask(specification, task, preprocessing);
      const batch = askForTokens(
        { features: featuresOfBatch(inputs, preprocessing), rowWeight, ...(mask ? { classMask: mask } : {}), keys },
        size,
        masking,
        leaveOut,
      );
      const asked = examples.map((_, at) => askedTokens(batch, at, masking));
      return {
        ...shortenTexts(batch, specification, lengths),
        candidates: examples.map((_, at) => candidates[at] ?? 1),
        asked,
      };
    },
    tokens: async (name, example, origin) => {
      const task = taskNamed(specification.tasks, name);
      const texts = task.inputs.filter(({ modality }) => readerFor(readers, task, modality).tokens);
      const inputs = emptyBatch({ ...task, inputs: texts }, readers, 1);
      await fill(task, contextOf(maskings.get(name)), inputs, example, { at: 0, origin });
      return Object.fromEntries(
        inputs.map(({ modality, store }) => [
          modality,
          readerFor(readers, task, modality).tokens?.(slotsOf(store, 0)) ?? 0,
        ]),
      );
    },
  };
}

function unusable({ name }: ExampleOrigin, modality: string, reason: string): UserError {
  return new UserError(
    "data",
    `${name} cannot be used: ${modality}: ${reason}.`,
    "Give every example a value for each modality that the task requires.",
  );
}

function refuseUnknownModalities(example: RawExample, { name }: ExampleOrigin, modalities: readonly string[]): void {
  const unknown = Object.keys(example).find((key) => !modalities.includes(key));
  if (unknown !== undefined)
    throw new UserError(
      "data",
      `${name} has "${unknown}", which is not a modality of the model.`,
      `Its modalities are: ${modalities.join(", ")}.`,
    );
}

import type { TextLengths } from "../../../compiler/stage/plan.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { UserError } from "../../user-error.ts";
import { type ModalityBatch, emptyBatch, featureReaders, featuresOfBatch, readerFor } from "./batch-features.ts";
import { classMask } from "./class-mask.ts";
import type { Batch, Preprocessing, RawExample } from "../data.ts";
import { taskNamed } from "../columns/dataset-fields.ts";
import { candidateCount } from "../features/candidates.ts";
import { slotsOf } from "../columns/feature-store.ts";
import type { FeatureReader, ReadingContext } from "../features/feature-reader.ts";
import { type AskedTokens, askForTokens, askedTokens, withMasks } from "../makers/mask-queries.ts";
import { type FileReferences, referencesFrom } from "../files/file-references.ts";
import { type TokenMasking, tokenMaskingOf } from "../makers/mask-tokens.ts";
import { checkPreprocessing, type Fitted, fittedBy } from "../fit/preprocessing.ts";
import { shortenTexts } from "./shorten-texts.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";

export interface ExampleEncoderOptions {
  readonly specification: ResolvedSpecification;
  readonly preprocessing: Preprocessing;
  /** The folder that file names in examples are relative to. */
  readonly folder: string;
}

/** The name of an example in messages, and the function that resolves its file names. */
export interface ExampleOrigin {
  readonly name: string;
  readonly references: FileReferences;
}

export interface EncodeRequest {
  readonly task: string;
  readonly examples: readonly RawExample[];
  /** One origin for each example; by default examples are numbered from 1. */
  readonly origins?: readonly ExampleOrigin[];
  /**
   * Called for each example that cannot be used, with its index in `examples`. Its features are then zero and its
   * weight is 0. Without this function the error is thrown.
   */
  readonly onUnusable?: (index: number, error: UserError) => void;
  /** The number of rows of the compiled graph; at least `examples.length`. */
  readonly size: number;
  /**
   * The number of tokens of each text for which the graph takes shorter texts than `max_length`; all examples must fit.
   */
  readonly lengths?: TextLengths;
}

export interface EncodedExamples extends Batch {
  /** The number of candidates of each example; 1 if the task has none. */
  readonly candidates: readonly number[];
  /** The queried tokens of each example, if the task predicts tokens. */
  readonly asked: readonly (AskedTokens | undefined)[];
}

/**
 * Converts examples as a user passes them into the inputs of a `predict` graph: the same features as the same values
 * would have in a data set.
 */
export interface ExampleEncoder {
  /**
   * A batch without targets, whose keys are the names of the examples in messages. Throws `UserError` of kind "data"
   * that names the example and the modality.
   */
  encode(request: EncodeRequest): Promise<EncodedExamples>;
  /**
   * The number of tokens in each text of an example, by modality; with candidates, that of the longest one. Throws as
   * `encode` does.
   */
  tokens(task: string, example: RawExample, origin: ExampleOrigin): Promise<TextLengths>;
  /** The origin of an example that comes from no file: it is named after its number. */
  originOf(number: number): ExampleOrigin;
}

export function createExampleEncoder(options: ExampleEncoderOptions): ExampleEncoder {
  checkPreprocessing(options.specification, options.preprocessing);
  return new PreprocessingEncoder(options);
}

/** Encodes with the preprocessing that a model has learnt. */
class PreprocessingEncoder implements ExampleEncoder {
  readonly #options: ExampleEncoderOptions;
  readonly #readers: ReadonlyMap<string, FeatureReader>;
  readonly #fitted: Fitted;
  readonly #maskings: ReadonlyMap<string, TokenMasking | undefined>;
  readonly #references: FileReferences;

  constructor(options: ExampleEncoderOptions) {
    const { specification, preprocessing, folder } = options;
    const fitted = fittedBy(preprocessing);
    this.#options = options;
    this.#readers = featureReaders(specification);
    this.#fitted = fitted;
    this.#maskings = new Map(
      Object.values(specification.tasks).map((task) => [
        task.name,
        tokenMaskingOf(task, { specification, encodingOf: fitted.encodingOf }),
      ]),
    );
    this.#references = referencesFrom(folder);
  }

  originOf(number: number): ExampleOrigin {
    return { name: `Example ${number}`, references: this.#references };
  }

  async encode(request: EncodeRequest): Promise<EncodedExamples> {
    const { task: name, examples, onUnusable, size, lengths = {} } = request;
    if (examples.length > size) throw new Error(`${examples.length} examples do not fit a batch of ${size}`);
    const { specification, preprocessing } = this.#options;
    const task = taskNamed(specification.tasks, name);
    const masking = this.#maskings.get(name);
    const inputs = emptyBatch(task, this.#readers, size);
    const rowWeight = new Float32Array(size);
    const leaveOut = (at: number, error: unknown): void => {
      if (!onUnusable || !(error instanceof UserError)) throw error;
      onUnusable(at, error);
      // The features that were written before the error may be longer than the graph's texts, so they are cleared.
      for (const { store } of inputs) for (const slot of slotsOf(store, at)) slot.fill(0);
      rowWeight[at] = 0;
    };
    const origins = examples.map((_, at) => request.origins?.[at] ?? this.originOf(at));
    const candidates = examples.map(() => 1);
    for (const [at, example] of examples.entries()) {
      try {
        rowWeight[at] = 1;
        candidates[at] = await this.#fill(task, inputs, example, { at, origin: origins[at] ?? this.originOf(at) });
      } catch (error) {
        leaveOut(at, error);
      }
    }
    const keys = origins.map((origin) => origin.name);
    const mask = classMask(specification, task, preprocessing);
    const batch = askForTokens(
      { features: featuresOfBatch(inputs, preprocessing), rowWeight, ...(mask ? { classMask: mask } : {}), keys },
      size,
      masking,
      leaveOut,
    );
    const asked = examples.map((_, at) => askedTokens(batch, at, masking));
    return { ...shortenTexts(batch, specification, lengths), candidates, asked };
  }

  async tokens(name: string, example: RawExample, origin: ExampleOrigin): Promise<TextLengths> {
    const task = taskNamed(this.#options.specification.tasks, name);
    const texts = task.inputs.filter(({ modality }) => readerFor(this.#readers, task, modality).tokens);
    const inputs = emptyBatch({ ...task, inputs: texts }, this.#readers, 1);
    await this.#fill(task, inputs, example, { at: 0, origin });
    return Object.fromEntries(
      inputs.map(({ modality, store }) => [
        modality,
        readerFor(this.#readers, task, modality).tokens?.(slotsOf(store, 0)) ?? 0,
      ]),
    );
  }

  /** Fills one row of a batch. Returns the number of the example's candidates. */
  async #fill(
    task: ResolvedTask,
    inputs: readonly ModalityBatch[],
    example: RawExample,
    { at, origin }: { readonly at: number; readonly origin: ExampleOrigin },
  ): Promise<number> {
    refuseUnknownModalities(example, origin, Object.keys(this.#options.specification.modalities));
    const context = { ...this.#contextOf(task.name), references: origin.references };
    let candidates = 1;
    for (const { modality, store, present } of inputs) {
      const reader = readerFor(this.#readers, task, modality);
      const value = example[modality];
      try {
        if (reader.isMissing(value, present === undefined ? "required" : "optional")) {
          if (present === undefined) throw new UnreadableValue(`it has no ${modality}`);
          continue;
        }
        if (present !== undefined) present[at] = 1;
        const parsed = reader.parse(value);
        if (task.candidates?.parts[modality]) candidates = candidateCount(parsed);
        await reader.encode(parsed, slotsOf(store, at), context);
      } catch (error) {
        throw error instanceof UnreadableValue ? unusable(origin, modality, error.message) : error;
      }
    }
    return candidates;
  }

  /** In the text whose tokens a task predicts, "[MASK]" is the mask token. In all other texts it is ordinary text. */
  #contextOf(task: string): Omit<ReadingContext, "references"> {
    const { encodingOf } = this.#fitted;
    const masked = this.#maskings.get(task)?.masked.target.modality;
    return {
      ...this.#fitted,
      encodingOf: (modality) => (modality === masked ? withMasks(encodingOf(modality)) : encodingOf(modality)),
    };
  }
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

import { madeFeature } from "../../../compiler/features/shared-inputs.ts";
import { type Pass, type TextLengths, tasksOf } from "../../../compiler/stage/plan.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import { UserError } from "../../user-error.ts";
import { featureReaders, featuresOfBatch } from "./batch-features.ts";
import { type ExampleInput, type ValueRead, exampleInputs, problemOfTask, readValue } from "./example-inputs.ts";
import { classMask } from "./class-mask.ts";
import type { Batch, BatchPart, Preprocessing, RawExample } from "../data.ts";
import { taskNamed } from "../columns/dataset-fields.ts";
import { slotsOf } from "../columns/feature-store.ts";
import type { FeatureReader, ReadingContext } from "../features/feature-reader.ts";
import { type AskedTokens, askForTokens, askedTokens, withMasks } from "../makers/mask-queries.ts";
import { type FileReferences, referencesFrom } from "../files/file-references.ts";
import { type PartHiding, hiddenParts, hideParts, partHidingOf } from "../makers/hide-parts.ts";
import { type TokenMasking, tokenMaskingOf } from "../makers/mask-tokens.ts";
import { checkPreprocessing, type Fitted, fittedBy } from "../fit/preprocessing.ts";
import { taggedWords } from "../rows/tagged-words.ts";
import type { TaggedWords } from "../../targets/runtime-target.ts";
import { shortenTexts } from "./shorten-texts.ts";

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
  readonly pass: Pass;
  readonly examples: readonly RawExample[];
  /** One origin for each example; by default examples are numbered from 0. */
  readonly origins?: readonly ExampleOrigin[];
  /**
   * Called for each example that a task cannot use, with its index in `examples`. Its weight for the task is then 0, and the predictions of the
   * task for it have no meaning. Without this function the error is thrown.
   */
  readonly onUnusable?: (index: number, error: UserError, task: string) => void;
  /** The number of rows of the compiled graph; at least `examples.length`. */
  readonly size: number;
  /**
   * The number of tokens of each text for which the graph takes shorter texts than `max_length`; all examples must fit.
   */
  readonly lengths?: TextLengths;
}

export interface EncodedExamples extends Batch {
  /** The facts about the examples by which a task's predictions are read. */
  readonly questions: ReadonlyMap<string, readonly Question[]>;
}

/** The facts about an example by which the predictions of a task are read. */
export interface Question {
  /** The number of candidates, or of regions of which one is chosen; 1 if the task has none. */
  readonly candidates: number;
  /** The tokens to predict, if the task predicts tokens. */
  readonly asked?: AskedTokens;
  /** The indices of the parts that were hidden, and the number of positions at which hidden parts are predicted. */
  readonly hidden?: readonly number[];
  readonly positions?: number;
  /** The words that are tagged, if the task tags words. */
  readonly words?: TaggedWords;
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
   * The number of tokens in each text of an example, by modality; with candidates, that of the longest one. It is 0 for a text that cannot be
   * read.
   */
  tokens(pass: Pass, example: RawExample, origin: ExampleOrigin): Promise<TextLengths>;
  /** The origin of an example that comes from no file: it is named after its number. */
  originOf(number: number): ExampleOrigin;
}

export function createExampleEncoder(options: ExampleEncoderOptions): ExampleEncoder {
  checkPreprocessing(options.specification, options.preprocessing);
  return new PreprocessingEncoder(options);
}

type ExampleRead = ReadonlyMap<ExampleInput, ValueRead>;

/** Encodes with the preprocessing that a model has learnt. */
class PreprocessingEncoder implements ExampleEncoder {
  readonly #options: ExampleEncoderOptions;
  readonly #readers: ReadonlyMap<string, FeatureReader>;
  readonly #fitted: Fitted;
  readonly #maskings: ReadonlyMap<string, TokenMasking | undefined>;
  readonly #hidings: ReadonlyMap<string, PartHiding | undefined>;
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
    this.#hidings = new Map(
      Object.values(specification.tasks).map((task) => [task.name, partHidingOf(task, specification)]),
    );
    this.#references = referencesFrom(folder);
  }

  originOf(number: number): ExampleOrigin {
    return { name: `Example ${number}`, references: this.#references };
  }

  async encode(request: EncodeRequest): Promise<EncodedExamples> {
    const { pass, examples, onUnusable, size, lengths = {} } = request;
    if (examples.length > size) throw new Error(`${examples.length} examples do not fit a batch of ${size}`);
    const { specification, preprocessing } = this.#options;
    const tasks = this.#tasksOf(pass);
    const inputs = this.#inputsOf(tasks, size);
    const origins = examples.map((_, at) => request.origins?.[at] ?? this.originOf(at));
    const keys = origins.map(({ name }) => name);
    const read = await this.#readAll(inputs, examples, origins);
    const featuresOf = (maker: string | undefined) =>
      featuresOfBatch(
        inputs.filter(({ madeFor }) => madeFor === maker),
        preprocessing,
      );
    const plain = { features: featuresOf(undefined), rowWeight: new Float32Array(size).fill(1, 0, keys.length), keys };
    const features = new Map(shortenTexts(plain, specification, lengths).features);
    const parts = new Map<string, BatchPart>();
    const questions = new Map<string, readonly Question[]>();
    for (const task of tasks) {
      const rowWeight = plain.rowWeight.slice();
      const leaveOut = (at: number, error: UserError): void => {
        if (!onUnusable) throw error;
        onUnusable(at, error, task.name);
        rowWeight[at] = 0;
      };
      for (const [at, each] of read.entries()) {
        const error = each instanceof UserError ? each : unusableBy(task, each, keys[at] ?? "");
        if (error) leaveOut(at, error);
      }
      const masking = this.#maskings.get(task.name);
      const hiding = this.#hidings.get(task.name);
      const plainOfTask = { features: featuresOf(task.name), rowWeight, keys };
      const made = hiding
        ? hideParts(plainOfTask, { size }, hiding)
        : askForTokens(plainOfTask, size, masking, leaveOut);
      for (const [name, values] of shortenTexts(made, specification, lengths).features)
        features.set(tasks.length > 1 ? madeFeature(task.name, name) : name, values);
      const mask = classMask(specification, task, preprocessing);
      parts.set(task.name, { rowWeight, ...(mask ? { classMask: mask } : {}) });
      questions.set(
        task.name,
        read.map((each, at) => ({
          ...questionOf(task, each, askedTokens(made, at, masking)),
          ...regionsToChoose(task, inputs, at),
          ...(hiding ? { hidden: hiddenParts(made, at, hiding), positions: hiding.parts.positions } : {}),
          ...this.#wordsToTag(task, inputs, at),
        })),
      );
    }
    const [only] = parts.values();
    return { ...plain, features, questions, ...(parts.size === 1 ? only : { parts }) };
  }

  async tokens(pass: Pass, example: RawExample, origin: ExampleOrigin): Promise<TextLengths> {
    const texts = this.#inputsOf(this.#tasksOf(pass), 1).filter(({ reader }) => reader.tokens);
    const lengths: Record<string, number> = {};
    for (const input of texts) {
      const { modality, reader, store } = input;
      await readValue(input, example[modality], 0, origin.references);
      lengths[modality] = Math.max(lengths[modality] ?? 0, reader.tokens?.(slotsOf(store, 0)) ?? 0);
    }
    return lengths;
  }

  #tasksOf(pass: Pass): readonly ResolvedTask[] {
    return tasksOf(pass).map((name) => taskNamed(this.#options.specification.tasks, name));
  }

  #inputsOf(tasks: readonly ResolvedTask[], size: number): readonly ExampleInput[] {
    const { specification } = this.#options;
    return exampleInputs(tasks, size, {
      specification,
      readers: this.#readers,
      contextOf: (task) => this.#contextOf(task),
    });
  }

  /** Fills a row of each input for each example. An example with an unknown modality is an error for every task. */
  async #readAll(
    inputs: readonly ExampleInput[],
    examples: readonly RawExample[],
    origins: readonly ExampleOrigin[],
  ): Promise<readonly (ExampleRead | UserError)[]> {
    const modalities = Object.keys(this.#options.specification.modalities);
    const all: (ExampleRead | UserError)[] = [];
    for (const [at, example] of examples.entries()) {
      const { name, references } = origins[at] ?? this.originOf(at);
      const unknown = unknownModality(example, name, modalities);
      const read = new Map<ExampleInput, ValueRead>();
      for (const input of unknown ? [] : inputs)
        read.set(input, await readValue(input, example[input.modality], at, references));
      all.push(unknown ?? read);
    }
    return all;
  }

  /** The words of an example that a task tags. */
  #wordsToTag({ name, target }: ResolvedTask, inputs: readonly ExampleInput[], at: number): Pick<Question, "words"> {
    const { tagsWordsOf } = targetOf(target);
    const text = inputs.find(({ modality, tasks }) => modality === tagsWordsOf && tasks.includes(name));
    const words = text && taggedWords(text.store, at, text.modality, this.#fitted.encodingOf(text.modality));
    return words ? { words } : {};
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

/** The error of an example that a task cannot use. */
function unusableBy(task: ResolvedTask, read: ExampleRead, name: string): UserError | undefined {
  const problem = problemOfTask(task, read);
  return (
    problem &&
    new UserError(
      "data",
      `${name} cannot be used: ${problem.modality}: ${problem.reason}.`,
      "Give every example a value for each modality that the task requires.",
    )
  );
}

function questionOf({ name }: ResolvedTask, read: ExampleRead | UserError, asked: AskedTokens | undefined): Question {
  const counts =
    read instanceof UserError
      ? []
      : [...read].flatMap(([{ tasks }, { candidates }]) =>
          tasks.includes(name) && candidates !== undefined ? [candidates] : [],
        );
  return { candidates: counts.at(-1) ?? 1, ...(asked ? { asked } : {}) };
}

/** The number of regions of an example of which a task chooses one. */
function regionsToChoose(
  { name, target }: ResolvedTask,
  inputs: readonly ExampleInput[],
  at: number,
): Pick<Question, "candidates"> | undefined {
  const { choosesFrom } = targetOf(target);
  const regions = inputs.find(({ modality, tasks }) => modality === choosesFrom && tasks.includes(name));
  const mask = regions?.store.features.findIndex((feature) => feature.name === `${choosesFrom}.mask`) ?? -1;
  const slot = regions && slotsOf(regions.store, at)[mask];
  return slot && { candidates: Array.from(slot).filter((there) => there > 0).length };
}

function unknownModality(example: RawExample, name: string, modalities: readonly string[]): UserError | undefined {
  const unknown = Object.keys(example).find((key) => !modalities.includes(key));
  return unknown === undefined
    ? undefined
    : new UserError(
        "data",
        `${name} has "${unknown}", which is not a modality of the model.`,
        `Its modalities are: ${modalities.join(", ")}.`,
      );
}

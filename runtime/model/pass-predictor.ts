import {
  type DecodingRows,
  type GraphVariant,
  type StagePlan,
  type TextLengths,
  passName,
  tasksOf,
  variantKey,
} from "../../compiler/stage/plan.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { ResolvedDecoding, ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { TargetOutput } from "../../compiler/targets/target.ts";
import type { EncodeRequest, ExampleEncoder, ExampleOrigin, Question } from "../data/batch/encode-examples.ts";
import type { Preprocessing, RawExample } from "../data/data.ts";
import { decodedTexts, rowsOfExample } from "../decode/decode.ts";
import { type Generation, generateTexts } from "../decode/generate-texts.ts";
import { generationOf } from "../decode/generation-of.ts";
import type { DecodingExecutables } from "../decode/kept-tokens.ts";
import type { DecodedText } from "../decode/next-tokens.ts";
import { joinedRows } from "../decode/repeated-rows.ts";
import { SharedTexts } from "../decode/shared-texts.ts";
import type { Engine, TensorData } from "../engines/engine.ts";
import { predictionsOf } from "../evaluation/evaluate-split.ts";
import { trainedStore } from "../evaluation/evaluate-tasks.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import type { Scale } from "../targets/number-scale.ts";
import type { Names } from "../targets/runtime-target.ts";
import type { Prediction } from "../targets/prediction.ts";
import { BoundExecutable } from "../train/step/bound-executable.ts";
import type { TensorStore } from "../train/step/tensor-store.ts";
import { type LengthBuckets, batchesOfAll, bucketsOf, lengthsOf } from "../train/supply/length-buckets.ts";
import { UserError } from "../user-error.ts";
import type { TrainedWeights } from "./trained-weights.ts";
import type { Turns } from "./turns.ts";

/** A task with what is needed to make predictions of its outputs. */
export interface PredictedTask {
  readonly task: ResolvedTask;
  readonly outputs: readonly TargetOutput[];
  readonly classes: readonly string[];
  readonly scale: Scale;
  readonly textOf: Names["textOf"];
}

export interface PassPredictorSettings {
  readonly specification: Pick<ResolvedSpecification, "modalities">;
  readonly preprocessing: Preprocessing;
  /** Tasks with graphs of one plan and the same weights. */
  readonly tasks: readonly PredictedTask[];
  readonly plan: StagePlan;
  readonly weights: TrainedWeights;
  readonly engine: Engine;
  readonly encoder: ExampleEncoder;
  /** The engine runs one graph at a time, and each graph has one set of output buffers. */
  readonly inTurn: Turns;
  /** The numbers of rows that graphs are made for, in rising order; examples run on the smallest graph that has room for them. */
  readonly batchSizes: readonly number[];
}

/** The names of examples in messages, and a receiver for those that a task cannot use; without one, errors are thrown. */
export interface ExampleNotes extends Pick<EncodeRequest, "onUnusable"> {
  readonly originOf: (row: number) => ExampleOrigin;
  /** The way to choose tokens of generated texts; by default that of the specification. */
  readonly decoding?: ResolvedDecoding | undefined;
}

/** The predictions of tasks, in the order of the examples; `undefined` for an example that the task cannot use. */
export type PredictionsByTask = ReadonlyMap<string, readonly (Prediction | undefined)[]>;

/** Predicts any of its tasks in one pass: the examples are encoded once, and what the tasks share is computed once. */
export class PassPredictor {
  readonly #settings: PassPredictorSettings;
  readonly #executables = new Map<string, Promise<BoundExecutable>>();
  readonly #texts = new Map<string, SharedTexts>();
  #store: Promise<TensorStore> | undefined;

  constructor(settings: PassPredictorSettings) {
    this.#settings = settings;
  }

  /** Predicts the tasks of a pass, those that generate a text one by one. */
  async predict(
    pass: readonly string[],
    examples: readonly RawExample[],
    notes: ExampleNotes,
  ): Promise<PredictionsByTask> {
    const generating = pass.filter((name) => this.#generates(name));
    const together = pass.filter((name) => !generating.includes(name));
    const predictions = new Map<string, readonly (Prediction | undefined)[]>();
    for (const tasks of [...(together.length > 0 ? [together] : []), ...generating.map((name) => [name])])
      for (const [name, own] of await this.#predictPass(tasks, examples, notes)) predictions.set(name, own);
    return predictions;
  }

  /**
   * Generates the text of one example, and yields the texts so far.
   *
   * @throws UserError of kind `usage` if the task generates no text.
   */
  async *generate(
    task: string,
    example: RawExample,
    { originOf, decoding }: ExampleNotes,
  ): AsyncGenerator<DecodedText, Prediction> {
    const generation = this.#generation([task], decoding);
    const predicted = this.#settings.tasks.find(({ task: { name } }) => name === task);
    if (!generation || !predicted)
      throw new UserError("usage", `The task "${task}" generates no text.`, "Use `predict` for its prediction.");
    const request = { pass: [task], examples: [example], origins: [originOf(0)], size: 1, lengths: {} };
    const batch = await this.#settings.encoder.encode(request);
    const texts = decoding === undefined ? this.#sharedTexts(task, generation) : this.#newTexts(generation);
    return generatedPrediction(predicted, yield* texts.generate(batch));
  }

  /** Texts that are generated as the specification says share their steps. */
  #sharedTexts(task: string, generation: Generation): SharedTexts {
    const known = this.#texts.get(task) ?? this.#newTexts(generation);
    this.#texts.set(task, known);
    return known;
  }

  #newTexts(generation: Generation): SharedTexts {
    const { batchSizes, inTurn } = this.#settings;
    return new SharedTexts({
      together: (waiting) => Math.min(waiting, wellFilled(waiting, batchSizes)),
      begin: ([first, ...others]) => {
        if (!first) throw new Error("a group of texts has no example");
        const size = wellFilled(1 + others.length, batchSizes);
        return generateTexts(joinedRows([first, ...others], size), size, generation, (work) => inTurn.run(work));
      },
    });
  }

  /** Predicts examples of similar length together. */
  async #predictPass(
    pass: readonly string[],
    examples: readonly RawExample[],
    notes: ExampleNotes,
  ): Promise<PredictionsByTask> {
    const size = sizeFor(examples.length, this.#settings.batchSizes);
    const buckets = pass.some((name) => this.#generates(name))
      ? undefined
      : await this.#bucketsOf(pass, examples, notes);
    const predictions = new Map(pass.map((task) => [task, new Map<number, Prediction>()]));
    for (const rows of batchesOfAll({ rows: examples.length }, buckets, size)) {
      const unusable = new Map(pass.map((task) => [task, new Set<number>()]));
      const onUnusable: EncodeRequest["onUnusable"] = (index, error, task): void => {
        unusable.get(task)?.add(index);
        notes.onUnusable?.(rows[index] ?? -1, error, task);
      };
      const request = {
        pass,
        examples: rows.map((row) => examples[row] ?? {}),
        origins: rows.map((row) => notes.originOf(row)),
        size,
        lengths: lengthsOf(buckets, rows),
        ...(notes.onUnusable ? { onUnusable } : {}),
      };
      const isUsable = (name: string, index: number) => unusable.get(name)?.has(index) !== true;
      for (const [name, own] of await this.#predictBatch(request, notes.decoding, isUsable))
        for (const [index, prediction] of own) predictions.get(name)?.set(rows[index] ?? -1, prediction);
    }
    return new Map([...predictions].map(([task, own]) => [task, [...examples.keys()].map((row) => own.get(row))]));
  }

  /** For each task of a pass, the predictions of the examples that it can use, by their indices. A batch is encoded while another one runs. */
  async #predictBatch(
    request: EncodeRequest & Required<Pick<EncodeRequest, "lengths">>,
    decoding: ResolvedDecoding | undefined,
    isUsable: (task: string, index: number) => boolean,
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, Prediction>>> {
    const { size, lengths } = request;
    const pass = tasksOf(request.pass);
    const batch = await this.#settings.encoder.encode(request);
    const tasks = this.#settings.tasks.filter(({ task }) => pass.includes(task.name));
    const usable = <Row>(task: string, rows: readonly Row[], predict: (row: Row, index: number) => Prediction) =>
      new Map(rows.flatMap((row, index) => (isUsable(task, index) ? [[index, predict(row, index)] as const] : [])));
    const { inTurn } = this.#settings;
    const generation = this.#generation(pass, decoding);
    if (generation) {
      const texts = await decodedTexts(generateTexts(batch, size, generation, (work) => inTurn.run(work)));
      return new Map(
        tasks.map((each) => [each.task.name, usable(each.task.name, texts, (text) => generatedPrediction(each, text))]),
      );
    }
    return inTurn.run(async () => {
      const executable = await this.#executable(pass, { batch: size, lengths });
      const outputs = await executable.run({ batch });
      return new Map(
        tasks.map((each) => {
          const { name } = each.task;
          const own = predictionsOf(outputs, pass.length > 1 ? name : undefined);
          const questions = batch.questions.get(name) ?? [];
          const predict = (question: Question, index: number) => predictionOf(each, own, { index, size, question });
          return [name, usable(name, questions, predict)];
        }),
      );
    });
  }

  #generates(name: string): boolean {
    const predicted = this.#settings.tasks.find(({ task }) => task.name === name);
    return predicted !== undefined && targetOf(predicted.task.target).generates !== undefined;
  }

  /** The text that the only task of a pass generates. */
  #generation(pass: readonly string[], decoding?: ResolvedDecoding): Generation | undefined {
    const [name, ...others] = pass;
    const predicted = this.#settings.tasks.find(({ task }) => task.name === name);
    if (!predicted || others.length > 0) return undefined;
    return generationOf(predicted.task, {
      ...this.#settings,
      decoding,
      graphsOf: (rows) => this.#decoding(name ?? "", rows),
    });
  }

  /** Makes the graphs of a pass for every number of rows and every length, so that no prediction waits for them. */
  async prepare(pass: readonly string[]): Promise<void> {
    const generating = pass.filter((name) => this.#generates(name));
    const together = pass.filter((name) => !generating.includes(name));
    for (const batch of this.#settings.batchSizes) {
      for (const lengths of together.length > 0 ? lengthsOfPlan(this.#settings.plan, together) : [])
        await this.#settings.inTurn.run(() => this.#executable(together, { batch, lengths }));
      for (const name of generating) {
        const generation = this.#generation([name]);
        const copies = generation && rowsOfExample(generation.decoding);
        if (copies !== undefined) await this.#settings.inTurn.run(() => this.#decoding(name, { batch, copies }));
      }
    }
  }

  async #bucketsOf(
    pass: readonly string[],
    examples: readonly RawExample[],
    { originOf }: ExampleNotes,
  ): Promise<LengthBuckets | undefined> {
    const { plan, encoder } = this.#settings;
    const lengths = plan.buckets(pass);
    if (lengths.length < 2) return undefined;
    const tokens: TextLengths[] = [];
    for (const [row, example] of examples.entries()) tokens.push(await encoder.tokens(pass, example, originOf(row)));
    return bucketsOf(lengths, tokens.length, { tokensOf: (row) => tokens[row] ?? {}, of: "kept" });
  }

  #executable(pass: readonly string[], variant: GraphVariant): Promise<BoundExecutable> {
    return this.#loaded(`${passName(pass)} ${variantKey(variant)}`, () => this.#settings.plan.predict(pass, variant));
  }

  async #decoding(task: string, rows: DecodingRows): Promise<DecodingExecutables> {
    const graphs = this.#settings.plan.decoding(task, rows);
    const key = `${task} ${rows.batch} ${rows.copies ?? 1}`;
    const { start, next } = graphs;
    return {
      ...graphs,
      start: start && (await this.#loaded(`start ${key}`, () => start)),
      next: await this.#loaded(`next ${key}`, () => next),
    };
  }

  #loaded(key: string, graphOf: () => Graph): Promise<BoundExecutable> {
    const known =
      this.#executables.get(key) ??
      this.#settings.engine
        .load(graphOf())
        .then(async (executable) => new BoundExecutable(executable, await this.#weights()));
    this.#executables.set(key, known);
    return known;
  }

  #weights(): Promise<TensorStore> {
    const { plan, tasks, weights } = this.#settings;
    this.#store ??= trainedStore({ plan, task: tasks[0]?.task.name ?? "", weights });
    return this.#store;
  }
}

/** The smallest number of rows that has room for the examples; the largest one if none has. */
function sizeFor(examples: number, batchSizes: readonly number[]): number {
  const size = batchSizes.find((rows) => rows >= examples) ?? batchSizes.at(-1);
  if (size === undefined) throw new Error("a model has no size of batches");
  return size;
}

/** The number of rows of the graph for examples that may also wait: the smallest one that has room for all and is at least half full, else one that is full. */
function wellFilled(examples: number, batchSizes: readonly number[]): number {
  const half = batchSizes.find((rows) => rows >= examples && rows <= 2 * examples);
  return half ?? batchSizes.findLast((rows) => rows <= examples) ?? sizeFor(examples, batchSizes);
}

function lengthsOfPlan({ buckets }: Pick<StagePlan, "buckets">, pass: readonly string[]): readonly TextLengths[] {
  const lengths = buckets(pass);
  return lengths.length > 1 ? lengths : [{}];
}

interface RowOfBatch {
  readonly index: number;
  readonly size: number;
  readonly question: Question;
}

/** The prediction of a task for one row of a batch. */
export function predictionOf(
  { task, outputs, classes, scale }: Omit<PredictedTask, "textOf">,
  predictions: ReadonlyMap<string, TensorData>,
  { index, size, question }: RowOfBatch,
): Prediction {
  const row = new Map(
    outputs.map(({ name }) => {
      const values = predictions.get(name);
      if (!(values instanceof Float32Array)) throw new Error(`the graph gives no ${name}`);
      const width = values.length / size;
      return [name, values.subarray(index * width, (index + 1) * width)];
    }),
  );
  return runtimeTargetOf(task.target).predict(row, { classes, scale, ...question });
}

function generatedPrediction({ task, classes, scale, textOf }: PredictedTask, text: DecodedText): Prediction {
  const { predict } = runtimeTargetOf(task.target);
  return predict(new Map(), { classes, scale, candidates: 1, generated: { ...text, textOf } });
}

import { predictionNames } from "../compiler/features.ts";
import type { StagePlan } from "../compiler/plan.ts";
import type { ResolvedModality, ResolvedTask } from "../compiler/schema/resolved.ts";
import type { Tensors } from "./checkpoint/checkpoint.ts";
import type { RawExample } from "./data/data.ts";
import { type ExampleEncoder, createExampleEncoder } from "./data/encode-examples.ts";
import type { Engine } from "./engines/engine.ts";
import { type EngineChoice, openEngine } from "./engines/open-engine.ts";
import { type Prediction, decoders } from "./prediction.ts";
import { readTrained } from "./read-trained.ts";
import { BoundStep } from "./train/bound-step.ts";
import { predictionsOf } from "./train/evaluate-split.ts";
import { lastPhases, storeOf } from "./train/evaluate-stage.ts";
import { taskOf } from "./train/program.ts";
import { planOf } from "./train/trainer.ts";
import { UserError } from "./user-error.ts";

export interface LoadOptions {
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Folder that file names in examples are relative to; by default the current one. */
  readonly folder?: string;
}

export interface PredictOptions {
  /** May be left out where the model has one task. */
  readonly task?: string;
}

/** A trained model, ready to predict. Disposing of it frees its engine. */
export interface TrainedModel {
  readonly name: string;
  /** The tasks of its last stage. */
  readonly tasks: readonly Pick<ResolvedTask, "name" | "target" | "inputs">[];
  readonly modalities: { readonly [modality: string]: ResolvedModality };
  /** Names of the classes of each task that has classes. */
  readonly classes: { readonly [task: string]: readonly string[] };
  /** Takes paths, text, numbers or bytes by modality. Fails with a `UserError` that says which value cannot be read. */
  predict(example: RawExample, options?: PredictOptions): Promise<Prediction>;
  /** The same for many, in their order, a batch at a time. */
  predictAll(examples: readonly RawExample[], options?: PredictOptions): Promise<readonly Prediction[]>;
  dispose(): Promise<void>;
}

/** Loads a trained model from a run's folder, or from its `model/` alone. */
export async function load(path: string, { folder = process.cwd(), ...engineOptions }: LoadOptions = {}): Promise<TrainedModel> {
  const { bundle, weights } = await readTrained(path);
  const { program } = bundle.compiled;
  const { specification } = program;
  const encoder = createExampleEncoder({ specification, preprocessing: bundle.preprocessing, folder });
  const predictors = lastPhases(program).flatMap((phase) => {
    const plan = planOf(program, phase);
    return plan.tasks.map((task) => ({ task, plan }));
  });
  const engine = await openEngine(engineOptions);
  const predictorOf = (task: string, plan: StagePlan) => new Predictor({ task: taskOf(program, task), plan, weights, engine, encoder, classes: bundle.preprocessing.classes[task] ?? [] });
  const loaded = new Map(predictors.map(({ task, plan }) => [task, predictorOf(task, plan)]));
  // One at a time: the engine runs its steps one after another, and each has one set of output buffers.
  const inTurn = oneAtATime();
  const predictAll = async (examples: readonly RawExample[], { task }: PredictOptions = {}) => {
    const predictor = choose(loaded, task);
    return inTurn(() => predictor.predict(examples));
  };
  return {
    name: specification.model.name,
    tasks: predictors.map(({ task }) => taskOf(program, task)),
    modalities: specification.modalities,
    classes: bundle.preprocessing.classes,
    predictAll,
    predict: async (example, options) => {
      const [prediction] = await predictAll([example], options);
      if (!prediction) throw new Error("no prediction for an example");
      return prediction;
    },
    dispose: () => engine.dispose(),
  };
}

function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result;
    return result;
  };
}

function choose<Value>(byTask: ReadonlyMap<string, Value>, task: string | undefined): Value {
  const names = [...byTask.keys()];
  const name = task ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) throw new UserError("usage", "The model has several tasks.", `Name one of them: ${names.join(", ")}.`);
  const found = byTask.get(name);
  if (!found) throw new UserError("usage", `The model has no task ${name}.`, `Its tasks are: ${names.join(", ")}.`);
  return found;
}

interface PredictorSettings {
  readonly task: ResolvedTask;
  readonly plan: StagePlan;
  readonly weights: Tensors;
  readonly engine: Engine;
  readonly encoder: ExampleEncoder;
  readonly classes: readonly string[];
}

/** Rows of the graph for many examples; a single one has a graph of its own. */
const largestBatch = 32;

class Predictor {
  readonly #settings: PredictorSettings;
  readonly #steps = new Map<number, Promise<BoundStep>>();

  constructor(settings: PredictorSettings) {
    this.#settings = settings;
  }

  async predict(examples: readonly RawExample[]): Promise<readonly Prediction[]> {
    const size = examples.length === 1 ? 1 : largestBatch;
    const predictions: Prediction[] = [];
    for (let start = 0; start < examples.length; start += size) predictions.push(...(await this.#predictBatch(examples.slice(start, start + size), size)));
    return predictions;
  }

  async #predictBatch(examples: readonly RawExample[], size: number): Promise<readonly Prediction[]> {
    const { task, encoder, classes } = this.#settings;
    const step = await this.#step(size);
    const batch = await encoder.encode({ task: task.name, examples, size });
    const output = predictionNames[task.target.kind];
    const values = predictionsOf(await step.run({ batch })).get(output);
    if (!(values instanceof Float32Array)) throw new Error(`the graph gives no ${output}`);
    const width = values.length / size;
    return examples.map((_, row) => {
      const asked = batch.asked[row];
      return decoders[task.target.kind](values.subarray(row * width, (row + 1) * width), { classes, candidates: batch.candidates[row] ?? 1, ...(asked ? { asked } : {}) });
    });
  }

  #step(size: number): Promise<BoundStep> {
    const { plan, engine, task, weights } = this.#settings;
    const known = this.#steps.get(size) ?? engine.load(plan.predict(task.name, { batch: size })).then((step) => new BoundStep(step, storeOf(plan, weights)));
    this.#steps.set(size, known);
    return known;
  }
}

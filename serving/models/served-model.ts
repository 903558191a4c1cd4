import type {
  DecodingChoice,
  EngineChoice,
  RankedCandidate,
  RawExample,
  TaskPredictions,
  TrainedModel,
  UserError,
} from "../../runtime/index.ts";
import { load } from "../../runtime/model/load.ts";
import type { Candidates } from "../../runtime/retrieval/candidate-set.ts";
import { Batcher } from "../batching/batcher.ts";
import { InFlight } from "../batching/in-flight.ts";
import { RequestFailure } from "../failure.ts";
import { type ServingLimits, batchSizesUpTo } from "../limits.ts";
import { type ServedPass, passesFor } from "./passes.ts";
import { modelVersion } from "./model-version.ts";

export interface ServedModelSettings {
  readonly name: string;
  /** The folder of a run, or its `model/` alone. */
  readonly path: string;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  /** Finds the files that examples name. */
  readonly files: (name: string) => Promise<string>;
  /** The candidates that are ranked: a table, or a file of their vectors. */
  readonly against?: string;
  readonly limits: ServingLimits;
  /** Hears of every batch: the number of its examples, and the seconds that it took. */
  readonly onBatch?: (examples: number, seconds: number) => void;
}

/** An example that is to be predicted. */
export interface AskedExample {
  /** The name by which messages call it. */
  readonly name: string;
  readonly example: RawExample;
  readonly tasks: readonly string[];
  readonly decode?: DecodingChoice;
}

/** An example in a pass. */
interface Item extends Pick<AskedExample, "name" | "example"> {
  readonly pass: ServedPass;
  /** Items with the same key may be in one batch. */
  readonly key: string;
}

/** The outcome for an example: predictions by task, and for other tasks the reason why they cannot use it. */
export interface Outcome {
  readonly predictions: TaskPredictions;
  readonly failures: { readonly [task: string]: UserError };
}

/** One load of a run. A run that was trained on is loaded again, while the earlier load answers what it was asked. */
interface Loaded {
  readonly version: string;
  readonly model: TrainedModel;
  readonly candidates: Candidates | undefined;
  readonly batcher: Batcher<Item, Outcome>;
  readonly inFlight: InFlight;
}

/** A run that answers requests. */
export class ServedModel {
  readonly #settings: ServedModelSettings;
  #loaded: Loaded;
  /** The newest version that was loaded, or could not be. */
  #tried: string;
  /** The number of texts with a decoding of their own. */
  #texts = 0;

  private constructor(settings: ServedModelSettings, loaded: Loaded) {
    this.#settings = settings;
    this.#loaded = loaded;
    this.#tried = loaded.version;
  }

  /** Loads a run, and makes its graphs, so that the first request is as quick as others. */
  static async open(settings: ServedModelSettings): Promise<ServedModel> {
    return new ServedModel(settings, await loaded(settings));
  }

  get name(): string {
    return this.#settings.name;
  }

  get version(): string {
    return this.#loaded.version;
  }

  get model(): Pick<TrainedModel, "tasks" | "meant" | "modalities" | "classes" | "name"> {
    return this.#loaded.model;
  }

  /** The candidates that the model ranks, if it was given some. */
  get candidates(): Pick<Candidates, "task" | "query" | "modality" | "count"> | undefined {
    return this.#loaded.candidates;
  }

  get waiting(): number {
    return this.#loaded.batcher.waiting;
  }

  /** Predicts examples, each in one or more passes. Answers about tasks that were not asked for are left out. */
  async predict(examples: readonly AskedExample[], signal?: AbortSignal): Promise<readonly Outcome[]> {
    const { model, batcher } = this.#loaded;
    const passes = examples.map(({ tasks, decode }) => passesFor(model, tasks, decode));
    const items = examples.flatMap(({ name, example }, index) =>
      (passes[index] ?? []).map((pass) => ({ name, example, pass, key: this.#keyOf(pass) })),
    );
    const outcomes = await batcher.submit(items, signal);
    let next = 0;
    return examples.map(({ tasks }, index) => {
      const own = outcomes.slice(next, (next += passes[index]?.length ?? 0));
      const wanted = <Value>(byTask: readonly { readonly [task: string]: Value }[]) =>
        Object.fromEntries(tasks.flatMap((task) => byTask.flatMap((each) => ofTask(each, task)).slice(0, 1)));
      return {
        predictions: wanted(own.map(({ predictions }) => predictions)),
        failures: wanted(own.map(({ failures }) => failures)),
      };
    });
  }

  /** A text with a decoding of its own is generated alone, because each number of rows of each width of a beam is another graph. */
  #keyOf({ tasks, decode }: ServedPass): string {
    return decode === undefined ? tasks.join(" ") : `text ${(this.#texts += 1)}`;
  }

  /** Generates a text, part by part, until the signal aborts. */
  async *generate(
    example: RawExample,
    options: Parameters<TrainedModel["generate"]>[1],
    signal: AbortSignal,
  ): ReturnType<TrainedModel["generate"]> {
    const { model, inFlight } = this.#loaded;
    const parts = model.generate(example, options);
    const end = inFlight.begin();
    try {
      for (let part = await parts.next(); ; part = await parts.next()) {
        if (part.done === true) return part.value;
        signal.throwIfAborted();
        yield part.value;
      }
    } finally {
      // A text that nobody waits for ends here, so that the engine is free for others.
      await parts.return(undefined as never);
      end();
    }
  }

  /** Ranks the candidates for one example: a client that has many asks for each, so that others have a turn between. */
  async rank(example: RawExample, top: number): Promise<readonly RankedCandidate[]> {
    const { candidates, inFlight } = this.#loaded;
    if (!candidates)
      throw new RequestFailure(
        "not_found",
        `The model ${this.name} was given no candidates.`,
        "The server is given some by --against.",
      );
    const end = inFlight.begin();
    try {
      const [ranked = []] = await candidates.rank([example], { top });
      return ranked;
    } finally {
      end();
    }
  }

  /** Loads the run again if its folder has changed. Resolves to true if it has. */
  async reload(): Promise<boolean> {
    const version = await modelVersion(this.#settings.path);
    if (version === this.#tried) return false;
    this.#tried = version;
    const before = this.#loaded;
    this.#loaded = await loaded(this.#settings);
    await ended(before);
    return true;
  }

  /** Answers what was asked, and frees the engine. */
  async close(): Promise<void> {
    await ended(this.#loaded);
  }
}

function ofTask<Value>(
  byTask: { readonly [task: string]: Value },
  task: string,
): readonly (readonly [string, Value])[] {
  return Object.entries(byTask).filter(([name]) => name === task);
}

/** The largest number of texts and rankings that wait or are computed. */
const mostInFlight = 64;

async function loaded(settings: ServedModelSettings): Promise<Loaded> {
  const { path, engine, threads, files, limits, against, onBatch } = settings;
  const version = await modelVersion(path).catch(() => "");
  const model = await load(path, {
    files,
    batchSizes: batchSizesUpTo(limits.batch),
    ...(engine === undefined ? {} : { engine }),
    ...(threads === undefined ? {} : { threads }),
  });
  const run = async (asked: readonly Item[]): Promise<readonly Outcome[]> => {
    const start = performance.now();
    const failures = asked.map((): { [task: string]: UserError } => ({}));
    const predictions = await model.predictTasks(
      asked.map(({ example }) => example),
      {
        ...asked[0]?.pass,
        nameOf: (index) => asked[index]?.name ?? "",
        onUnusable: (index, error, task) => {
          const of = failures[index];
          if (of && !Object.hasOwn(of, task)) of[task] = error;
        },
      },
    );
    onBatch?.(asked.length, (performance.now() - start) / 1000);
    return predictions.map((each, index) => ({ predictions: each, failures: failures[index] ?? {} }));
  };
  try {
    await model.prepare();
    return {
      version,
      model,
      candidates: against === undefined ? undefined : await candidatesOf(model, against),
      batcher: new Batcher({
        largest: limits.batch,
        mostWaiting: limits.waiting,
        atOnce: 2,
        patience: limits.patience,
        keyOf: ({ key }) => key,
        run,
      }),
      inFlight: new InFlight(mostInFlight),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function candidatesOf(model: TrainedModel, against: string): Promise<Candidates> {
  return against.toLowerCase().endsWith(".safetensors")
    ? model.readCandidates(against)
    : model.candidates({ paths: [against] });
}

async function ended({ batcher, inFlight, model }: Loaded): Promise<void> {
  await batcher.drain();
  await inFlight.drain();
  await model.dispose();
}

import {
  type StartOptions,
  type Training,
  type TrainingEvent,
  deleteSaved,
  saveFiles,
  savedFiles,
  savedNames,
  startTraining,
} from "../../runtime/browser/index.ts";

/** The outcome of a training in a page. */
export interface TrainedInPage {
  readonly events: readonly TrainingEvent[];
  /** The files of the run, in base64. */
  readonly files: Readonly<Record<string, string>>;
}

/** The outcome of a training that was paused, stopped, kept in the browser's storage, and resumed from there. */
export interface ResumedInPage extends TrainedInPage {
  readonly stepsWhilePaused: number;
  readonly saved: readonly string[];
  readonly predictions: unknown;
  readonly results: unknown;
  readonly report: string;
  /** The message of a call to a worker that is closed. */
  readonly closed: string;
}

/** Training as a page uses it. */
export interface TrainingPage {
  readonly train: (job: StartOptions) => Promise<TrainedInPage>;
  /** Trains with a pause and a stop after two steps, and resumes. */
  readonly resume: (job: StartOptions, example: { readonly [modality: string]: string }) => Promise<ResumedInPage>;
}

const trainingPage: TrainingPage = {
  async train(job) {
    const events: TrainingEvent[] = [];
    const training = startTraining({ ...job, onEvent: (event) => events.push(event) });
    const end = await training.end;
    const files = end.kind === "failure" ? {} : await training.runFiles();
    training.close();
    return { events, files: base64Of(files) };
  },

  async resume(job, example) {
    const events: TrainingEvent[] = [];
    const steps = (): number => events.filter(({ kind }) => kind === "step").length;
    const training = await new Promise<Training>((resolve) => {
      const started = startTraining({
        ...job,
        onEvent(event) {
          events.push(event);
          if (steps() === 2) resolve(started);
        },
      });
    });
    await training.pause();
    const before = steps();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stepsWhilePaused = steps() - before;
    await training.stop();
    await training.end;
    await saveFiles("words", await training.runFiles());
    training.close();
    const closed = await training.report().catch((error: Error) => error.message);
    const saved = await savedNames();
    const again = startTraining({
      ...job,
      run: (await savedFiles("words")) ?? {},
      onEvent: (event) => events.push(event),
    });
    await again.end;
    const outcome = {
      events,
      stepsWhilePaused,
      saved,
      closed,
      predictions: await again.predict([example]),
      results: await again.evaluate("test"),
      report: await again.report(),
      files: base64Of(await again.runFiles()),
    };
    again.close();
    await deleteSaved("words");
    return outcome;
  },
};

function base64Of(files: Readonly<Record<string, Uint8Array>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, base64(bytes)]));
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

Object.assign(globalThis, { trainingPage });

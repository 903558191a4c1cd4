import { type StartOptions, type TrainingEvent, startTraining } from "../../runtime/browser/index.ts";

/** The outcome of a training in a page. */
export interface TrainedInPage {
  readonly events: readonly TrainingEvent[];
  /** The files of the run, in base64. */
  readonly files: Readonly<Record<string, string>>;
  readonly milliseconds: number;
}

/** Training as a page uses it. */
export interface TrainingPage {
  readonly train: (job: StartOptions) => Promise<TrainedInPage>;
}

const trainingPage: TrainingPage = {
  async train(job) {
    const events: TrainingEvent[] = [];
    const start = performance.now();
    const training = startTraining({ ...job, onEvent: (event) => events.push(event) });
    const end = await training.end;
    const milliseconds = performance.now() - start;
    const files = end.kind === "failure" ? {} : await training.runFiles();
    training.close();
    return {
      events,
      milliseconds,
      files: Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, base64(bytes)])),
    };
  },
};

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

Object.assign(globalThis, { trainingPage });

import { mkdir, readdir } from "../host/files.ts";
import { join, resolve } from "../host/paths.ts";
import type { Split } from "../data/data.ts";
import { startFile } from "../pretrained/start-file.ts";
import type { StartReport } from "../pretrained/start-report.ts";
import { UserError } from "../user-error.ts";

/** The paths in a run's folder. */
export class RunFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get lock() {
    return join(this.path, "run.lock.json");
  }
  get resolved() {
    return join(this.path, "spec.resolved.json");
  }
  get preprocessing() {
    return join(this.path, "preprocessing.json");
  }
  get metrics() {
    return join(this.path, "metrics.jsonl");
  }
  get tensorboard() {
    return join(this.path, "tensorboard");
  }
  get log() {
    return join(this.path, "log.txt");
  }
  get checkpoints() {
    return join(this.path, "checkpoints");
  }
  get model() {
    return join(this.path, "model");
  }
  get processLock() {
    return join(this.path, "process.lock");
  }

  get evaluations() {
    return join(this.path, "evaluation");
  }

  taskEvaluation(task: string, split: Split): string {
    return join(this.evaluations, `${task}-${split}.json`);
  }

  /** The report of the weights that a stage took from a source outside of the run. */
  start(of: Pick<StartReport, "stage" | "source">): string {
    return join(this.path, startFile(of));
  }

  evaluation(split: Split): string {
    return join(this.path, "eval", `${split}.json`);
  }
}

const attempts = 100;

/** Makes `RUNS/NAME-0001`, or the next number that is free; never an existing folder. */
export async function createRunFolder(runs: string, name: string): Promise<RunFolder> {
  if (!/^[\w.-]+$/.test(name))
    throw new UserError("usage", `A run cannot be called "${name}".`, "Use letters, digits, `_`, `-` and `.`.");
  const cannotMake =
    (path: string) =>
    (error: Error): never => {
      throw new UserError(
        "run_failed",
        `Cannot create ${path}: ${error.message}.`,
        "Name a folder that can be written with --runs.",
        { cause: error },
      );
    };
  await mkdir(runs, { recursive: true }).catch(cannotMake(runs));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const taken = (await readdir(runs))
      .filter((entry) => entry.startsWith(`${name}-`))
      .map((entry) => Number(entry.slice(name.length + 1)));
    const number = Math.max(0, ...taken.filter(Number.isInteger)) + 1;
    const path = join(runs, `${name}-${String(number).padStart(4, "0")}`);
    // Another process may take the same number between the two calls: then `mkdir` fails, and the next one is tried.
    const made = await mkdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === "EEXIST") return false;
        return cannotMake(path)(error);
      },
    );
    if (made) return new RunFolder(path);
  }
  throw new UserError("run_failed", `Cannot find a free name for a run in ${runs}.`);
}

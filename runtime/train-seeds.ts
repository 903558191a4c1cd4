import { shellWord } from "./shell-words.ts";
import { counted } from "../compiler/counted.ts";
import { basename, dirname, join, relative, resolve as resolvePath } from "node:path";
import { readBundle } from "./bundle.ts";
import { compileFile } from "./compile.ts";
import { takeProcessLock } from "./process-lock.ts";
import { RunFolder } from "./run-folder.ts";
import { changesSince, findRunData, requireUnchanged } from "./run-data.ts";
import { readRunLock } from "./run-lock.ts";
import { type SeedsFile, createSeedsFile, seedsFile } from "./seeds-file.ts";
import { type SeedSummary, summarizeSeeds } from "./summarize-seeds.ts";
import { type ResumeOptions, type TrainOptions, type TrainingResult, resume, train, trainCompiled } from "./train.ts";
import { UserError } from "./user-error.ts";

export interface TrainSeedsOptions extends TrainOptions {
  /** How many: `seed`, `seed` + 1 and so on; `seed` is the first stage's own unless given. */
  readonly seeds: number;
}

export interface SeedsResult {
  /** Path of the file that holds the summary. */
  readonly file: string;
  /** In the order of the seeds. */
  readonly runs: readonly TrainingResult[];
  readonly summary: readonly SeedSummary[];
}

/** Trains a specification once for each seed, each in a run folder of its own. Fails as `train` does; what was interrupted, `resumeSeeds` ends. */
export async function trainSeeds({ seeds: count, ...options }: TrainSeedsOptions): Promise<SeedsResult> {
  if (!Number.isInteger(count) || count < 2) throw new UserError("usage", `${counted(count, "seed has", "seeds have")} no deviation.`, "Ask for at least two, or train once.");
  const specification = typeof options.specification === "string" ? compileFile(options.specification, options.set) : options.specification;
  const { model, stages } = specification.program.specification;
  const first = options.seed ?? stages[0]?.seed ?? 1;
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const runs = resolvePath(options.runs ?? "runs");
  const run = (seed: number, observer: TrainOptions["observer"]) => train({ ...options, ...(observer ? { observer } : {}), specification, runs, seed });
  let path: string | undefined;
  const fileOf = async (): Promise<string> => (path ??= await createSeedsFile(runs, options.name ?? model.name));
  return trainAllOf({ seeds, runs: [] }, options, run, fileOf);
}

/** Ends what `trainSeeds` began: runs that have ended stay as they are, the one that was cut goes on, the others are trained from the first run's copy of the specification. */
export async function resumeSeeds(path: string, options: ResumeOptions = {}): Promise<SeedsResult> {
  await seedsFile.read(path);
  return withSeedsLock(path, () => resumeAll(path, options));
}

async function resumeAll(path: string, options: ResumeOptions): Promise<SeedsResult> {
  const known = await seedsFile.read(path);
  const folder = dirname(resolvePath(path));
  const [firstRun] = known.runs;
  if (firstRun === undefined) throw new UserError("data", `${path} names no run.`, "Train anew.");
  const first = new RunFolder(join(folder, firstRun));
  const lock = await readRunLock(first);
  const run = async (seed: number, observer: TrainOptions["observer"]): Promise<TrainingResult> => {
    const observed = { ...options, ...(observer ? { observer } : {}) };
    const begun = known.runs[known.seeds.indexOf(seed)];
    if (begun !== undefined) return resume(join(folder, begun), observed);
    const { compiled } = await readBundle(first.model);
    const { engine = lock.engine as NonNullable<TrainOptions["engine"]>, threads = lock.threads } = options;
    const settings = { ...observed, specification: compiled, runs: folder, name: basename(first.path).replace(/-\d+$/, ""), seed, engine, threads };
    const found = await findRunData({ run: first, lock, compiled, data: options.data });
    requireUnchanged(changesSince(lock, found));
    return trainCompiled({ ...settings, ...(lock.steps === null ? {} : { steps: lock.steps }) }, compiled, found.folders);
  };
  return trainAllOf(known, options, run, async () => path);
}

type RunSeed = (seed: number, observer: TrainOptions["observer"]) => Promise<TrainingResult>;

/** Runs each seed; the file names every run from its first moment on. */
async function trainAllOf(known: Pick<SeedsFile, "seeds" | "runs">, { observer }: Pick<TrainOptions, "observer">, run: RunSeed, fileOf: () => Promise<string>): Promise<SeedsResult> {
  const { seeds } = known;
  const names = [...known.runs];
  const results: TrainingResult[] = [];
  const write = async (summary: SeedsFile["summary"]): Promise<string> => {
    const path = await fileOf();
    await seedsFile.write(path, { version: 1, seeds, runs: names, summary });
    return path;
  };
  for (const [index, seed] of seeds.entries()) {
    observer?.onNote?.(`Seed ${seed}, ${index + 1} of ${seeds.length}.`);
    let named: Promise<unknown> = Promise.resolve();
    const onRun: NonNullable<TrainOptions["observer"]>["onRun"] = (event) => {
      names[index] = basename(event.folder);
      named = write(null);
      observer?.onRun?.(event);
    };
    try {
      results.push(await run(seed, { ...observer, onRun }));
    } catch (error) {
      await named;
      throw error instanceof UserError && error.kind === "interrupted" && names.length > 0 ? withWayBack(error, await fileOf()) : error;
    }
    await named;
  }
  const summary = summarizeSeeds(results.map((result) => result.results));
  return { file: await write(summary), runs: results, summary };
}

/** Two processes that end the same seeds would both train those that have not begun. */
async function withSeedsLock<Result>(path: string, use: () => Promise<Result>): Promise<Result> {
  const lock = await takeProcessLock(join(dirname(resolvePath(path)), `.${basename(path)}.lock`));
  try {
    return await use();
  } finally {
    await lock.release();
  }
}

function withWayBack({ kind, message }: UserError, file: string): UserError {
  return new UserError(kind, message, `It is saved. Go on with: mtl train --resume ${shellWord(relative(process.cwd(), file))}`);
}

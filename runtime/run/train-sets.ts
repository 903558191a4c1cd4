import { counted } from "../../compiler/counted.ts";
import { basename, dirname, join, resolve as resolvePath } from "../host/paths.ts";
import { readBundle } from "../model/bundle.ts";
import { compiledFrom } from "../compile.ts";
import { folded } from "./folded.ts";
import { withFileLock } from "./with-file-lock.ts";
import { RunFolder } from "./run-folder.ts";
import { changesSince, findRunData, requireUnchanged } from "./run-data.ts";
import { readRunLock } from "./run-lock.ts";
import { type RunSet, type RunSetKind, createNumberedFile, readRunSet, writeRunSet } from "./run-set-file.ts";
import { type SeedSummary, summarizeSeeds } from "./summarize-seeds.ts";
import { type ResumeOptions, type TrainOptions, resume, train, trainCompiled } from "./train.ts";
import type { TrainingResult } from "./run-training.ts";
import { withWayBack } from "./way-back.ts";
import { UserError } from "../user-error.ts";

export interface TrainSeedsOptions extends TrainOptions {
  /** The number of seeds: `seed`, `seed` + 1 and so on; `seed` is the first stage's own unless given. */
  readonly seeds: number;
}

export interface TrainFoldsOptions extends TrainOptions {
  /** The number of parts of the rows for training and validation, each of which is validated on once. */
  readonly folds: number;
}

export interface RunSetResult {
  /** Path of the file that holds the summary. */
  readonly file: string;
  readonly kind: RunSetKind;
  /** The runs in the order of the seeds or folds. */
  readonly runs: readonly TrainingResult[];
  readonly summary: readonly SeedSummary[];
}

/**
 * Trains a specification once for each seed, each in a run folder of its own.
 *
 * @returns The runs, and the mean and deviation of each metric over them.
 * @throws UserError as `train` does. After an interruption, `resumeSet` trains the rest.
 */
export async function trainSeeds({ seeds: count, ...options }: TrainSeedsOptions): Promise<RunSetResult> {
  if (!Number.isInteger(count) || count < 2)
    throw new UserError(
      "usage",
      `${counted(count, "seed has", "seeds have")} no deviation.`,
      "Choose at least two, or train once.",
    );
  const specification = compiledOf(options);
  const first = options.seed ?? specification.program.specification.stages[0]?.seed ?? 1;
  const members = Array.from({ length: count }, (_, index) => first + index);
  return trainNewSet({ kind: "seeds", members }, options, (seed, settings) =>
    train({ ...settings, specification, seed }),
  );
}

/**
 * Cross validation: trains a specification once for each fold. A fold is the validation split, and the rows of all
 * other folds are trained on. The test split is that of the specification, and is in no fold.
 *
 * @returns The runs, and the mean and deviation of each metric over them.
 * @throws UserError as `train` does. After an interruption, `resumeSet` trains the rest.
 */
export async function trainFolds({ folds: of, ...options }: TrainFoldsOptions): Promise<RunSetResult> {
  if (!Number.isInteger(of) || of < 2)
    throw new UserError(
      "usage",
      `Rows cannot be divided into ${counted(of, "fold", "folds")}, of which one is validated on and the others are trained on.`,
      "Choose at least two, or train once.",
    );
  const specification = compiledOf(options);
  const members = Array.from({ length: of }, (_, index) => index + 1);
  return trainNewSet({ kind: "folds", members }, options, (index, settings) =>
    train({ ...settings, specification: folded(specification, { index, of }) }),
  );
}

function compiledOf({ specification, set }: TrainOptions) {
  return compiledFrom(specification, set);
}

async function trainNewSet(
  set: Pick<RunSet, "kind" | "members">,
  options: TrainOptions,
  run: (member: number, settings: TrainOptions) => Promise<TrainingResult>,
): Promise<RunSetResult> {
  const runs = resolvePath(options.runs ?? "runs");
  const name = options.name ?? compiledOf(options).program.specification.model.name;
  let path: string | undefined;
  const fileOf = async (): Promise<string> => (path ??= await createNumberedFile(runs, `${name}-${set.kind}`));
  return trainAllOf(
    { ...set, runs: [] },
    options,
    (member, observer) => run(member, { ...options, runs, ...(observer ? { observer } : {}) }),
    fileOf,
  );
}

/**
 * Completes a set that `trainSeeds` or `trainFolds` began: runs that have ended stay as they are, the interrupted one
 * continues, the others are trained from the first run's copy of the specification.
 */
export async function resumeSet(path: string, options: ResumeOptions = {}): Promise<RunSetResult> {
  await readRunSet(path);
  return withFileLock(path, () => resumeAll(path, options));
}

async function resumeAll(path: string, options: ResumeOptions): Promise<RunSetResult> {
  const known = await readRunSet(path);
  const folder = dirname(resolvePath(path));
  const [firstRun] = known.runs;
  if (firstRun === undefined) throw new UserError("data", `${path} names no run.`, "Train anew.");
  const first = new RunFolder(join(folder, firstRun));
  const lock = await readRunLock(first);
  const run = async (member: number, observer: TrainOptions["observer"]): Promise<TrainingResult> => {
    const observed = { ...options, ...(observer ? { observer } : {}) };
    const begun = known.runs[known.members.indexOf(member)];
    if (begun !== undefined) return resume(join(folder, begun), observed);
    const bundle = await readBundle(first.model);
    const compiled =
      known.kind === "folds" ? folded(bundle.compiled, { index: member, of: known.members.length }) : bundle.compiled;
    const seed = known.kind === "seeds" ? member : lock.seed;
    const { engine = lock.engine as NonNullable<TrainOptions["engine"]>, threads = lock.threads } = options;
    const settings = {
      ...observed,
      specification: compiled,
      runs: folder,
      name: basename(first.path).replace(/-\d+$/, ""),
      engine,
      threads,
    };
    const found = await findRunData({ run: first, lock, compiled, data: options.data });
    requireUnchanged(changesSince(lock, found));
    return trainCompiled(
      { ...settings, ...(seed === null ? {} : { seed }), ...(lock.steps === null ? {} : { steps: lock.steps }) },
      compiled,
      found.folders,
    );
  };
  return trainAllOf(known, options, run, async () => path);
}

type RunMember = (member: number, observer: TrainOptions["observer"]) => Promise<TrainingResult>;

const names: { readonly [Kind in RunSetKind]: (member: number, place: number, of: number) => string } = {
  seeds: (seed, place, of) => `Seed ${seed}, ${place} of ${of}.`,
  folds: (fold, _place, of) => `Fold ${fold} of ${of}.`,
};

/** Runs each seed or fold; the file names every run from its first moment on. */
async function trainAllOf(
  { kind, members, runs: begun }: Pick<RunSet, "kind" | "members" | "runs">,
  options: Pick<TrainOptions, "observer" | "displayPath">,
  run: RunMember,
  fileOf: () => Promise<string>,
): Promise<RunSetResult> {
  const { observer } = options;
  const runs = [...begun];
  const results: TrainingResult[] = [];
  const write = async (summary: RunSet["summary"]): Promise<string> => {
    const path = await fileOf();
    await writeRunSet(path, { kind, members, runs, summary });
    return path;
  };
  for (const [index, member] of members.entries()) {
    observer?.onNote?.(names[kind](member, index + 1, members.length));
    let named: Promise<unknown> = Promise.resolve();
    const onRun: NonNullable<TrainOptions["observer"]>["onRun"] = (event) => {
      runs[index] = basename(event.folder);
      named = write(null);
      observer?.onRun?.(event);
    };
    try {
      results.push(await run(member, { ...observer, onRun }));
    } catch (error) {
      await named;
      throw runs.length > 0 ? withWayBack(error, await fileOf(), options) : error;
    }
    await named;
  }
  const summary = summarizeSeeds(results.map((result) => result.results));
  return { file: await write(summary), kind, runs: results, summary };
}

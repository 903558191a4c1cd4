import { shellWord } from "../../runtime/shell-words.ts";
import { join, relative, resolve } from "node:path";
import type { RunSetResult, TrainingResult } from "../../runtime/index.ts";
import { UserError, exitCodes } from "../../runtime/user-error.ts";
import { addDataOption, addEngineOptions, collect, type EngineOptions, given, wholeNumber } from "../options.ts";
import type { Progress } from "../progress/create-progress.ts";
import { ownNote, renderResults, renderSeeds } from "../results.ts";
import type { Session, VerbOf } from "../verb.ts";

interface TrainOptions extends EngineOptions {
  readonly set?: readonly string[];
  readonly runs: string;
  readonly name?: string;
  readonly resume?: string;
  readonly data?: string;
  readonly seed?: number;
  readonly seeds?: number;
  readonly folds?: number;
  readonly steps?: number;
  readonly overfitOneBatch?: true;
  readonly json?: true;
  readonly tensorboard: boolean;
}

export const train: VerbOf<TrainOptions> = {
  name: "train",
  summary: "Train a specification; the result is its metrics and a folder that predicts without the data.",
  examples: [
    ["mtl train model.mtl", "all stages, in a new folder below runs/"],
    ["mtl train model.mtl --steps 50", "at most 50 steps of every stage, to try it out"],
    ["mtl train model.mtl --set width=256 --seed 2", "with another param and seed"],
    ["mtl train model.mtl --seeds 3", "three seeds, and the mean of each metric ± its deviation"],
    [
      "mtl train model.mtl --folds 5",
      "cross validation: five runs, each validated on another fifth of the rows, and their means",
    ],
    ["mtl train model.mtl --overfit-one-batch", "check that the model can fit one batch of each task"],
    ["mtl train model.mtl --data /mnt/data", "with data in another folder"],
    ["mtl train --resume runs/model-0001", "continue after Ctrl-C; the result is bit-identical"],
  ],
  configure: (command) =>
    addDataOption(addEngineOptions(command))
      .argument("[specification]", "the .mtl file")
      .option("--set <name=value>", "set a param, or an option by its path (fit.batch=32); may be repeated", collect)
      .option("--runs <folder>", "folder of run folders", "runs")
      .option("--name <name>", "name of the run; the model's by default")
      .option("--resume <run>", "continue an interrupted run, or the set of --seeds or --folds in a file")
      .option("--seed <number>", "seed that replaces those of the stages", wholeNumber({ least: 0 }))
      .option(
        "--seeds <number>",
        "number of seeds to train, each in its own folder, with a summary",
        wholeNumber({ least: 2 }),
      )
      .option(
        "--folds <number>",
        "number of parts of the training and validation rows; trains once for each part, validated on it, with a summary",
        wholeNumber({ least: 2 }),
      )
      .option(
        "--steps <number>",
        "largest number of steps of each stage, to try something out",
        wholeNumber({ least: 1 }),
      )
      .option("--overfit-one-batch", "train on one batch of each task alone, report if it was fitted, and keep no run")
      .option("--json", "print the runs' folders and results as JSON instead of a table")
      .option("--no-tensorboard", "write no event files for TensorBoard"),
  async run(session, [file], options) {
    if (options.overfitOneBatch) return overfit(session, file, options);
    const start = await prepare(session, file, options);
    const { createProgress } = await import("../progress/create-progress.ts");
    const progress = createProgress(session);
    let trained: Trained;
    try {
      trained = await start(progress);
    } finally {
      progress.stop();
    }
    const { runs } = trained;
    if (options.json) session.emit(jsonOf(trained));
    else
      session.print(
        "summary" in trained ? renderSeeds(trained.summary) : renderResults(runs.flatMap(({ results }) => results)),
      );
    if (runs.some(({ results }) => results.some(({ own }) => own !== undefined))) session.note(`\n${ownNote}`);
    for (const { folder } of runs) await addReport(session, folder);
    const here = (path: string) => relative(session.io.cwd, path);
    for (const line of "file" in trained
      ? setSteps(trained.kind, here(trained.file))
      : runs.flatMap(({ folder }) => nextSteps(here(folder))))
      session.note(line);
    return 0;
  },
};

/** Returns the exit code of a failure if a task was not fitted. */
async function overfit(session: Session, file: string | undefined, options: TrainOptions): Promise<number> {
  const kept = options.tensorboard
    ? (["resume", "name", "seeds", "folds"] as const).find((option) => options[option] !== undefined)
    : "no-tensorboard";
  if (kept !== undefined)
    throw new UserError(
      "usage",
      `--overfit-one-batch keeps no run, so --${kept} cannot be used with it.`,
      "Remove one of them.",
    );
  if (file === undefined)
    throw new UserError(
      "usage",
      "There is no specification to train.",
      "Write mtl train FILE.mtl --overfit-one-batch.",
    );
  const [{ overfitOneBatch }, { requireProgram }, { createProgress }, report] = await Promise.all([
    import("../../runtime/index.ts"),
    import("../compile-specification.ts"),
    import("../progress/create-progress.ts"),
    import("../overfit-report.ts"),
  ]);
  const specification = requireProgram(file, { session, ...given("set", options.set) });
  const progress = createProgress(session);
  const rest = {
    ...given("engine", options.engine),
    ...given("threads", options.threads),
    ...given("seed", options.seed),
    ...given("steps", options.steps),
    ...dataOf(session, options),
  };
  const tasks = await overfitOneBatch({
    specification,
    runs: resolve(session.io.cwd, options.runs),
    observer: progress.observer,
    displayPath: (path) => relative(session.io.cwd, path),
    ...rest,
  }).finally(() => progress.stop());
  if (options.json) session.emit(`${JSON.stringify({ tasks }, undefined, 2)}\n`);
  else session.print(report.renderOverfit(tasks));
  for (const line of report.overfitNotes(tasks)) session.note(line);
  return tasks.every(({ fitted }) => fitted) ? 0 : exitCodes.run_failed;
}

/**
 * `{"runs":[{"folder":…,"results":[…]}]}`, and for seeds and folds also `file` and `summary`; an undefined value is
 * `null`.
 */
function jsonOf(trained: Trained): string {
  const set = "summary" in trained ? { file: trained.file, summary: trained.summary } : {};
  return `${JSON.stringify({ runs: trained.runs.map(({ folder, results }) => ({ folder, results })), ...set }, undefined, 2)}\n`;
}

type Trained = RunSetResult | { readonly runs: readonly TrainingResult[] };

/** Checks everything that can be wrong with the command before any file is written. */
async function prepare(
  session: Session,
  file: string | undefined,
  options: TrainOptions,
): Promise<(progress: Progress) => Promise<Trained>> {
  const [runtime, { requireProgram }] = await Promise.all([
    import("../../runtime/index.ts"),
    import("../compile-specification.ts"),
  ]);
  const { cwd } = session.io;
  const engine = {
    ...given("engine", options.engine),
    ...given("threads", options.threads),
    ...dataOf(session, options),
    displayPath: (path: string) => relative(cwd, path),
  };
  if (options.resume !== undefined) {
    const run = resolve(cwd, options.resume);
    const fixed = options.tensorboard
      ? (["set", "name", "seed", "seeds", "folds", "steps"] as const).find((option) => options[option] !== undefined)
      : "no-tensorboard";
    if (file !== undefined || fixed !== undefined) {
      throw new UserError(
        "usage",
        `--resume continues a run with its own settings; ${file === undefined ? `--${fixed}` : "a specification"} cannot be used with it.`,
        "To change settings, start a new run.",
      );
    }
    if (run.endsWith(".json")) return ({ observer }) => runtime.resumeSet(run, { observer, ...engine });
    return async ({ observer }) => ({ runs: [await runtime.resume(run, { observer, ...engine })] });
  }
  if (file === undefined)
    throw new UserError(
      "usage",
      "There is no specification to train.",
      "Write mtl train FILE.mtl, or mtl train --resume RUN.",
    );
  const specification = requireProgram(file, { session, ...given("set", options.set) });
  const rest = {
    tensorboard: options.tensorboard,
    ...given("name", options.name),
    ...given("seed", options.seed),
    ...given("steps", options.steps),
  };
  const { seeds, folds } = options;
  if (seeds !== undefined && folds !== undefined)
    throw new UserError(
      "usage",
      "--seeds and --folds cannot be used together.",
      "Train the folds once for each seed: --folds N --seed S.",
    );
  const all = { specification, runs: resolve(cwd, options.runs), ...engine, ...rest };
  if (folds !== undefined) return ({ observer }) => runtime.trainFolds({ ...all, observer, folds });
  if (seeds !== undefined) return ({ observer }) => runtime.trainSeeds({ ...all, observer, seeds });
  return async ({ observer }) => ({ runs: [await runtime.train({ ...all, observer })] });
}

function dataOf({ io }: Session, { data }: TrainOptions) {
  return given("data", data === undefined ? undefined : resolve(io.cwd, data));
}

/** A run that has ended well is a success even if its report cannot be drawn. */
async function addReport(session: Session, folder: string): Promise<void> {
  try {
    const { writeReport } = await import("../../runtime/report/write-report.ts");
    await writeReport(folder, join(folder, "report.html"));
  } catch (error) {
    session.note(`There is no report: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function setSteps(kind: RunSetResult["kind"], file: string): readonly string[] {
  return ["", `Mean ± deviation over the ${kind} (of the sample, n − 1); ${file} names the runs. Next: mtl runs`];
}

function nextSteps(run: string): readonly string[] {
  return [
    "",
    "The baseline is the value on the last split for always predicting the training rows' most frequent class, or their mean.",
    `The run is in ${run}; its report.html describes it, and its model/ predicts without the data.`,
    `Next: mtl predict ${shellWord(run)} --help, mtl eval ${shellWord(run)} --split test`,
  ];
}

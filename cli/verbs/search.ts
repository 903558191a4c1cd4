import { relative, resolve } from "node:path";
import { Option } from "commander";
import type { SearchObserver, SearchOptions as SearchSettings, SearchResult } from "../../runtime/index.ts";
import { type SearchLibrary, searchLibraries } from "../../runtime/search/export/search-libraries.ts";
import { searchMethodNames } from "../../runtime/search/method-names.ts";
import { shellWord } from "../../runtime/shell-words.ts";
import { UserError } from "../../runtime/user-error.ts";
import {
  addDataOption,
  addEngineOptions,
  addOutputOption,
  collect,
  type EngineOptions,
  given,
  wholeNumber,
} from "../options.ts";
import { trialScore } from "../../runtime/search/trial-rows.ts";
import { renderSearch } from "../search-table.ts";
import type { Session, VerbOf } from "../verb.ts";

/** Options that are the same on the command line and in a program. */
type SharedOptions = Pick<
  SearchSettings,
  "trials" | "method" | "by" | "seed" | "points" | "factor" | "first" | "jobs" | "name" | "data" | "steps"
>;

interface SearchOptions extends EngineOptions, SharedOptions {
  readonly over?: readonly string[];
  readonly set?: readonly string[];
  readonly runs: string;
  readonly resume?: string;
  readonly json?: true;
  readonly export?: SearchLibrary;
  readonly output?: string;
}

export const search: VerbOf<SearchOptions> = {
  name: "search",
  summary: "Train a specification with many values of its params and options, and compare the results.",
  examples: [
    [
      'mtl search model.mtl --over "width=32..256 times 2, fit.optimizer.rate=1e-4..1e-2 log"',
      "twenty random trials, each a run",
    ],
    ['mtl search model.mtl --over "fit.batch=16|32|64" --method grid', "every combination"],
    [
      'mtl search model.mtl --over "fit.optimizer.rate=1e-4..1e-2 log" --method halving --trials 40',
      "forty trials, of which only the best third continues at each pause",
    ],
    ['mtl search model.mtl --over "width=32..256" --jobs 4', "four trials at a time, each in a process of its own"],
    [
      'mtl search model.mtl --over "width=32..256" --export optuna -o search.py',
      "the same search by Optuna, or by Ray Tune",
    ],
    ["mtl search --resume runs/model-search-0001.json", "continue after Ctrl-C; with --trials 40 also a longer search"],
  ],
  configure: (command) =>
    addOutputOption(addDataOption(addEngineOptions(command)), "file", "the script of --export")
      .argument("[specification]", "the .mtl file")
      .option(
        "--over <values>",
        "params and options with their values: NAME=LOW..HIGH, with log, step N or times N after it, or NAME=A|B; several are separated by commas",
        collect,
      )
      .option(
        "--trials <number>",
        "number of trials; by default 20, or all combinations of a grid",
        wholeNumber({ least: 1 }),
      )
      .addOption(new Option("--method <method>", "how values are chosen; random by default").choices(searchMethodNames))
      .option(
        "--by <measure>",
        "measure that compares trials, such as TASK.METRIC; by default that of the best checkpoint",
      )
      .option("--seed <number>", "seed of the values; 1 by default", wholeNumber({ least: 0 }))
      .option("--points <number>", "values of a range in a grid; 3 by default", wholeNumber({ least: 2 }))
      .option(
        "--factor <number>",
        "of this many trials, halving continues one; 3 by default",
        wholeNumber({ least: 2 }),
      )
      .option(
        "--first <number>",
        "validations before the first pause of halving; 1 by default",
        wholeNumber({ least: 1 }),
      )
      .option("--jobs <number>", "number of trials that are trained at a time; 1 by default", wholeNumber({ least: 1 }))
      .option("--set <name=value>", "set a param, or an option by its path, of all trials; may be repeated", collect)
      .option("--runs <folder>", "folder of run folders", "runs")
      .option("--name <name>", "name of the runs; the model's by default")
      .option("--steps <number>", "largest number of steps of each stage", wholeNumber({ least: 1 }))
      .option("--resume <file>", "continue a search")
      .addOption(
        new Option(
          "--export <library>",
          "write a Python script that searches by this library, instead of searching",
        ).choices(searchLibraries),
      )
      .option("--json", "print the trials as JSON instead of a table"),
  async run(session, [file], options) {
    if (options.export !== undefined) return exportScript(session, file, options, options.export);
    const start = await prepare(session, file, options);
    const { createSearchProgress } = await import("../progress/search-progress.ts");
    const progress = createSearchProgress(session);
    const result = await start(progress.observer).finally(() => progress.stop());
    if (options.json) session.emit(jsonOf(result));
    else session.print(renderSearch(result));
    await addReport(session, result.file);
    for (const line of nextSteps(session, result)) session.note(line);
    return 0;
  },
};

async function prepare(
  session: Session,
  file: string | undefined,
  options: SearchOptions,
): Promise<(observer: SearchObserver) => Promise<SearchResult>> {
  const runtime = await import("../../runtime/index.ts");
  const { cwd } = session.io;
  if (options.resume !== undefined) {
    const path = resolve(cwd, options.resume);
    const fixed = (
      [
        "over",
        "method",
        "by",
        "seed",
        "points",
        "factor",
        "first",
        "set",
        "name",
        "data",
        "steps",
        "engine",
        "threads",
      ] as const
    ).find((option) => options[option] !== undefined);
    if (file !== undefined || fixed !== undefined)
      throw new UserError(
        "usage",
        `--resume continues a search with its own settings; ${file === undefined ? `--${fixed ?? ""}` : "a specification"} cannot be used with it.`,
        "Only --trials and --jobs can be used with it. To change more, begin another search.",
      );
    return (observer) =>
      runtime.resumeSearch(path, {
        observer,
        displayPath: (each) => relative(cwd, each),
        ...given("jobs", options.jobs),
        ...given("trials", options.trials),
      });
  }
  const settings = await settingsOf(session, file, options);
  return (observer) => runtime.search({ ...settings, observer });
}

async function settingsOf(session: Session, file: string | undefined, options: SearchOptions) {
  if (file === undefined || options.over === undefined)
    throw new UserError(
      "usage",
      file === undefined ? "There is no specification to search over." : "There is nothing to search over.",
      'Write mtl search FILE.mtl --over "NAME=LOW..HIGH", or mtl search --resume FILE.json.',
    );
  const { cwd } = session.io;
  const { requireProgram, parseSettings } = await import("../compile-specification.ts");
  // The diagnostics of the specification itself are shown as those of any other verb.
  const { entry } = requireProgram(file, { session, ...given("set", options.set) });
  const { over } = options;
  return {
    specification: entry,
    over,
    set: parseSettings(options.set ?? []),
    runs: resolve(cwd, options.runs),
    displayPath: (path: string) => relative(cwd, path),
    ...given("jobs", options.jobs),
    ...given("trials", options.trials),
    ...given("method", options.method),
    ...given("by", options.by),
    ...given("seed", options.seed),
    ...given("points", options.points),
    ...given("factor", options.factor),
    ...given("first", options.first),
    ...given("name", options.name),
    ...given("engine", options.engine),
    ...given("threads", options.threads),
    ...given("steps", options.steps),
    ...given("data", options.data === undefined ? undefined : resolve(cwd, options.data)),
  };
}

async function exportScript(
  session: Session,
  file: string | undefined,
  options: SearchOptions,
  to: SearchLibrary,
): Promise<number> {
  const { cwd } = session.io;
  if (options.resume !== undefined)
    throw new UserError(
      "usage",
      "--resume continues a search, so --export cannot be used with it.",
      "Remove one of them.",
    );
  if (options.output === undefined)
    throw new UserError("usage", "--export writes a script, which has no name.", "Name it: --output FILE.py.");
  const output = resolve(cwd, options.output);
  const { exportSearch } = await import("../../runtime/index.ts");
  const path = await exportSearch({ ...(await settingsOf(session, file, options)), to, output });
  session.note(`The script is ${relative(cwd, path)}. Next: python ${shellWord(relative(cwd, path))}`);
  return 0;
}

/** `{"file":…,"measure":…,"best":…,"trials":[…]}`, the best trial first. */
function jsonOf({ file, measure, best, trials }: SearchResult): string {
  return `${JSON.stringify({ file, measure: measure.label, best: best ?? null, trials }, undefined, 2)}\n`;
}

/** A search that has ended well is a success even if its report cannot be drawn. */
async function addReport(session: Session, file: string): Promise<void> {
  try {
    const { writeSearchReport } = await import("../../runtime/search/report/write-search-report.ts");
    await writeSearchReport(file);
  } catch (error) {
    session.note(`There is no report: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function nextSteps(session: Session, { file, best, measure, specification, set }: SearchResult): readonly string[] {
  const here = (path: string): string => relative(session.io.cwd, path);
  if (!best?.run) return ["", `${here(file)} lists the trials. None has a result.`];
  const settings = Object.entries({ ...set, ...best.values }).map(
    ([name, value]) => `--set ${shellWord(`${name}=${value}`)}`,
  );
  const run = resolve(file, "..", best.run);
  return [
    "",
    `Trial ${best.number} is the best, with ${measure.label} ${trialScore(best, measure)} on the validation rows; ${here(file)} lists all, and ${here(file).replace(/json$/, "html")} shows them.`,
    `Its run: mtl eval ${shellWord(here(run))} --split test`,
    `To train its values again: mtl train ${shellWord(here(specification))} ${settings.join(" ")}`,
  ];
}

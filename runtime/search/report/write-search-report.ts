import { counted } from "../../../compiler/counted.ts";
import { basename, dirname, join } from "../../host/paths.ts";
import { writeText } from "../../files/checked-json.ts";
import { readBundle } from "../../model/bundle.ts";
import { note, page, section, table } from "../../report/html.ts";
import { RunFolder } from "../../run/run-folder.ts";
import { type SearchFile, searchFile } from "../search-file.ts";
import { trialRows, trialScore } from "../trial-rows.ts";
import { type Trial, bestTrial, ranked } from "../trial.ts";
import { type LoggedValidation, type ScoreDisplay, scoreDisplay, validationsOf } from "../trial-progress.ts";
import { parallelCoordinates, scoredTrials, scoresByValidation } from "./trial-charts.ts";

/** The path of the report of a search, beside its file. */
export function searchReportPath(file: string): string {
  return file.replace(/\.json$/, ".html");
}

/** Writes the report of a search as one HTML file: a table of its trials, and pictures of their values and scores. It works while the search runs, too. */
export async function writeSearchReport(file: string, path: string = searchReportPath(file)): Promise<string> {
  const search = await searchFile.read(file);
  await writeText(
    path,
    await renderSearch(basename(file, ".json"), search, await logsOf(dirname(file), search.trials)),
  );
  return path;
}

interface SearchLogs {
  readonly measure: ScoreDisplay;
  /** The validations of each trial, whose number is the key. */
  readonly validations: ReadonlyMap<number, readonly LoggedValidation[]>;
}

/** The trials have the stages and tasks of one specification, which each run keeps. */
async function logsOf(folder: string, trials: readonly Trial[]): Promise<SearchLogs> {
  const validations = new Map<number, readonly LoggedValidation[]>();
  let measure: ScoreDisplay = { label: "score", sign: 1 };
  for (const { number, run } of trials) {
    if (run === null) continue;
    const paths = new RunFolder(join(folder, run));
    const { specification } = (await readBundle(paths.model)).compiled.program;
    measure = scoreDisplay(specification);
    validations.set(number, await validationsOf(paths.metrics, specification));
  }
  return { measure, validations };
}

async function renderSearch(name: string, search: SearchFile, { measure, validations }: SearchLogs): Promise<string> {
  const { trials, space } = search;
  const scored = scoredTrials(trials);
  const pictures = async (): Promise<readonly string[]> => [
    section(
      "Values and scores",
      `${note("A line is a trial, and crosses each axis at its value. The better its score, the warmer its colour; the best is wide. Trials without a score are left out.")}<div class="picture">${await parallelCoordinates(space, trials, measure)}</div>`,
    ),
    section(
      "Scores over validations",
      `${note(`${measure.label} on the validation rows; a short line is a trial that paused or ended early.`)}<div class="picture">${await scoresByValidation(trials, validations, measure)}</div>`,
    ),
  ];
  return page({ title: name, heading: name, description: describe(search, measure) }, [
    section("Trials", trialsTable(search, measure)),
    ...(scored.length > 0 ? await pictures() : []),
    section("Made from", factsTable(search)),
  ]);
}

function describe({ trials, method, created }: SearchFile, measure: ScoreDisplay): string {
  const ended = trials.filter(({ state }) => state === "finished").length;
  const best = bestTrial(trials);
  const result = best ? `; the best is trial ${best.number}, ${measure.label} ${trialScore(best, measure)}` : "";
  return `${method} search over ${counted(trials.length, "trial")}, of which ${ended} were trained to their end${result}; begun ${created.slice(0, 16).replace("T", " ")}`;
}

function trialsTable({ trials }: SearchFile, measure: ScoreDisplay): string {
  const { header, rows } = trialRows(ranked(trials), measure);
  return table(header, rows);
}

function factsTable({ specification, sources, set, seed, steps, threads, mtl }: SearchFile): string {
  const settings = Object.entries(set).map(([name, value]) => `${name} = ${value}`);
  return table(
    ["", ""],
    [
      ["specification", specification],
      ...Object.entries(sources).map(([file, hash]) => [file, `SHA-256 ${hash.slice(0, 12)}…`]),
      ["set for all", settings.join(", ") || "none"],
      ["seed of the values", String(seed)],
      ...(steps === null ? [] : [["steps of each stage, at most", String(steps)]]),
      ["threads of a trial", String(threads)],
      ["version", `mtl ${mtl}`],
    ],
  );
}

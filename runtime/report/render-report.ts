import { counted } from "../../compiler/counted.ts";
import { forkCost } from "../../compiler/analysis/cost/cost-of.ts";
import { chartsOf, frameOf } from "./charts-of.ts";
import { confusionTables, examplesOf } from "./evaluation-sections.ts";
import { figure } from "./figure.ts";
import { escaped, note, page, section, table } from "./html.ts";
import { resultsTable } from "./results-table.ts";
import type { RunRecord } from "./run-record.ts";
import { stageBegins } from "./series.ts";
import { trainedTable } from "./trained-table.ts";

export interface ReportOptions {
  /** The model as an SVG document. */
  readonly picture?: string;
  /** The table of costs, as text. */
  readonly cost?: string;
}

/** One HTML file that shows a run, without scripts and without anything from elsewhere. */
export async function renderReport(run: RunRecord, { picture, cost }: ReportOptions = {}): Promise<string> {
  const { specification } = run.program;
  const title = specification.model.title ?? specification.model.name;
  const charts = await Promise.all(chartsOf(run).map((chart) => figure(chart, frameOf(run))));
  return page({ title: `${run.name}: ${title}`, heading: title, description: describe(run) }, [
    section("Results", resultsTable(run.results)),
    section(
      "Curves",
      charts.length > 0
        ? `${note(describeSteps(run))}<div class="charts">${charts.join("\n")}</div>`
        : "<p>Nothing is logged yet.</p>",
    ),
    picture === undefined ? "" : section("Model", `<div class="picture">${picture}</div>`),
    optional(
      "Confusion matrices",
      "One row for each true class, one column for each predicted class; the colour is the fraction of the row.",
      confusionTables(run.evaluations),
    ),
    optional(
      "Worst examples",
      "The examples with the highest loss, worst first.",
      examplesOf("worst", run.evaluations, run.dataFolders),
    ),
    optional(
      "Best examples",
      "The examples with the lowest loss, best first.",
      examplesOf("best", run.evaluations, run.dataFolders),
    ),
    section("Trained and frozen", trainedTable(run)),
    cost === undefined ? "" : section("Cost", `<pre>${escaped(cost)}</pre>`),
    section("Made from", factsTable(run)),
  ]);
}

function describe({ name, state, steps, lock }: RunRecord): string {
  const end = state === "finished" ? `finished after ${counted(steps, "step")}` : `${state}; saved at step ${steps}`;
  return `${name}, ${end}; begun ${lock.created.slice(0, 16).replace("T", " ")} on ${lock.engine}, ${counted(lock.threads, "thread")}`;
}

function describeSteps({ events }: RunRecord): string {
  const begins = stageBegins(events);
  const places = begins.map(({ stage, step }) => `${stage} after step ${step}`).join(", ");
  return `Steps are updates of the whole run.${begins.length > 1 ? ` Dotted lines mark the beginning of a stage: ${places}.` : ""}`;
}

function factsTable({ lock, weights, program }: RunRecord): string {
  const forks = forkCost(program);
  const parameters = [...weights.values()].reduce(
    (sum, shape) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );
  const hashes = (files: Readonly<Record<string, string>>) =>
    Object.entries(files)
      .map(([file, hash]) => `${file} (SHA-256 ${hash.slice(0, 12)}…)`)
      .join(", ");
  return table(
    ["", ""],
    [
      [
        "parameters",
        `${parameters.toLocaleString("en")} in ${weights.size} weights${forks ? `, and ${forks.parameters.toLocaleString("en")} more, since after stage ${forks.stage} each task has weights of its own` : ""}`,
      ],
      [
        "params set",
        Object.entries(lock.set)
          .map(([param, value]) => `${param} = ${value}`)
          .join(", ") || "none",
      ],
      [
        "seeds",
        Object.entries(lock.seeds)
          .map(([stage, seed]) => `${stage}: ${seed}`)
          .join(", "),
      ],
      ["specification", hashes(lock.sources)],
      ["data", hashes(lock.data)],
      ["versions", [`mtl ${lock.mtl}`, lock.node && `Node ${lock.node}`, lock.platform].filter(Boolean).join(", ")],
    ],
  );
}

function optional(title: string, meaning: string, body: string): string {
  return body.trim() === "" ? "" : section(title, note(meaning) + body);
}

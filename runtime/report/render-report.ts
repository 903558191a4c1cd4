import { type Chart, renderChart } from "./chart.ts";
import { confusionTables, worstExamples } from "./evaluation-sections.ts";
import { escaped, table } from "./html.ts";
import type { Result, RunRecord } from "./run-record.ts";
import { gradientNorms, samplerShares, stepValues, taskValues, validatedMetrics, validationCurve } from "./series.ts";
import { style } from "./style.ts";
import { trainedTable } from "./trained-table.ts";

export interface ReportOptions {
  /** The model as an SVG document. */
  readonly picture?: string;
  /** What it costs, as text. */
  readonly cost?: string;
}

/** One HTML file that shows a run, without scripts and without anything from elsewhere. */
export async function renderReport(run: RunRecord, { picture, cost }: ReportOptions = {}): Promise<string> {
  const { specification } = run.program;
  const title = specification.model.title ?? specification.model.name;
  const charts = await Promise.all(chartsOf(run).map(async (chart) => `<figure><figcaption>${escaped(chart.label)}</figcaption>${await renderChart(chart)}</figure>`));
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(`${run.name}: ${title}`)}</title><style>${style}</style></head><body>`,
    `<header><h1>${escaped(title)}</h1><p>${escaped(describe(run))}</p></header>`,
    "<main>",
    section("Results", resultsTable(run.results)),
    section("Curves", charts.length > 0 ? `<div class="charts">${charts.join("\n")}</div>` : "<p>Nothing is logged yet.</p>"),
    picture === undefined ? "" : section("Model", `<div class="picture">${picture}</div>`),
    optional("What is taken for what", confusionTables(run.evaluations)),
    optional("Worst examples", worstExamples(run.evaluations, run.lock.root)),
    section("Trained and frozen", trainedTable(run)),
    cost === undefined ? "" : section("Cost", `<pre>${escaped(cost)}</pre>`),
    section("Made from", factsTable(run)),
    "</main></body></html>\n",
  ].join("\n");
}

/** What a run has no data for has no chart. */
function chartsOf({ events }: RunRecord): readonly Chart[] {
  const shares = samplerShares(events);
  const isMixed = new Set(shares.map(({ series }) => series)).size > 1;
  const charts: readonly Chart[] = [
    { label: "training loss", points: taskValues(events, "loss"), mark: "line" },
    ...validatedMetrics(events).map((metric): Chart => ({ label: `validation ${metric}`, points: validationCurve(events, metric), mark: "line" })),
    { label: "loss scale", points: taskValues(events, "loss_scale"), mark: "line" },
    { label: "share of steps by task", points: isMixed ? shares : [], mark: "area" },
    { label: "stopped (1) or going (0)", points: taskValues(events, "sampler/stopped"), mark: "steps" },
    { label: "learning rate", points: stepValues(events, "rate"), mark: "line" },
    { label: "gradient norm", points: gradientNorms(events), mark: "line" },
  ];
  return charts.filter(({ points }) => points.length > 0);
}

function describe({ name, state, steps, lock }: RunRecord): string {
  const end = state === "finished" ? `finished after ${steps} steps` : `unfinished; saved at step ${steps}`;
  return `${name}, ${end}; begun ${lock.created.slice(0, 16).replace("T", " ")} on ${lock.engine}, ${lock.threads} thread${lock.threads === 1 ? "" : "s"}`;
}

function resultsTable(results: readonly Result[]): string {
  if (results.length === 0) return "<p>The run has not been evaluated: it is unfinished.</p>";
  const splits = [...new Set(results.map(({ split }) => split))];
  const rows = [...new Map(results.map(({ task, name }) => [`${task} ${name}`, { task, name }])).values()];
  const valueAt = (task: string, name: string, split: string) => results.find((each) => each.task === task && each.name === name && each.split === split);
  const cell = (result: Result | undefined) => (result === undefined ? "" : result.value === null ? "not defined" : result.value.toFixed(4));
  return table(
    ["task", "metric", ...splits],
    rows.map(({ task, name }) => [task, name, ...splits.map((split) => cell(valueAt(task, name, split)))]),
  );
}

function factsTable({ lock, weights }: RunRecord): string {
  const parameters = [...weights.values()].reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const hashes = (files: Readonly<Record<string, string>>) => Object.entries(files).map(([file, hash]) => `${file} (SHA-256 ${hash.slice(0, 12)}…)`).join(", ");
  return table(
    ["", ""],
    [
      ["parameters", `${parameters.toLocaleString("en")} in ${weights.size} weights`],
      ["params set", Object.entries(lock.set).map(([param, value]) => `${param} = ${value}`).join(", ") || "none"],
      ["seeds", Object.entries(lock.seeds).map(([stage, seed]) => `${stage}: ${seed}`).join(", ")],
      ["specification", hashes(lock.sources)],
      ["data", hashes(lock.data)],
      ["versions", `mtl ${lock.mtl}, Node ${lock.node}, ${lock.platform}`],
    ],
  );
}

function optional(title: string, body: string): string {
  return body.trim() === "" ? "" : section(title, body);
}

function section(title: string, body: string): string {
  return `<section><h2>${escaped(title)}</h2>${body}</section>`;
}

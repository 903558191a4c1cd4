import { measuresOf } from "../../compiler/schema/selected-measures.ts";
import { chartsOf, frameOf } from "../../runtime/report/charts-of.ts";
import { figure } from "../../runtime/report/figure.ts";
import { escaped, note, table } from "../../runtime/report/html.ts";
import { type RunRecord, readRun } from "../../runtime/report/run-record.ts";
import { stageBegins } from "../../runtime/report/series.ts";
import { betterOf } from "../../runtime/train/phase/selection.ts";
import { UserError } from "../../runtime/user-error.ts";
import { divergenceOf } from "./divergence.ts";
import type { FoundRun } from "./newest-run.ts";

/** A run as HTML: its state, the best metrics of each stage, its curves and the shares of its tasks. */
export async function runSection(found: FoundRun): Promise<string> {
  try {
    return await sectionOf(await readRun(found.path), divergenceOf(found.path)?.message);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `<p>${escaped(`${found.name}: ${error.message}`)}</p>`;
  }
}

async function sectionOf(run: RunRecord, divergence: string | undefined): Promise<string> {
  const charts: string[] = [];
  for (const chart of chartsOf(run)) charts.push(await figure(chart, frameOf(run)));
  const logged = run.events.reduce((most, { step }) => Math.max(most, step), 0);
  return [
    `<p class="state ${run.state}">${escaped(run.name)}: ${run.state}, ${logged.toLocaleString("en")} steps</p>`,
    divergence === undefined ? "" : `<p class="problem">${escaped(divergence)}</p>`,
    bestTable(run),
    charts.length > 0 ? `<div class="charts">${charts.join("\n")}</div>` : note("The run has logged no step yet."),
  ].join("\n");
}

/** The best validated value of each task's first metric, in each stage. */
function bestTable(run: RunRecord): string {
  const { tasks } = run.program.specification;
  const rows = stageBegins(run.events).flatMap(({ stage }) =>
    Object.entries(tasks).flatMap(([name, task]) => {
      const measure = measuresOf(task).find((each) =>
        run.events.some((event) => event.split === "validation" && event.task === name && event.name === each.name),
      );
      const values = run.events.filter(
        (event) =>
          event.stage === stage &&
          event.split === "validation" &&
          event.task === name &&
          event.name === measure?.name &&
          event.value !== null,
      );
      if (!measure || values.length === 0) return [];
      const sign = betterOf(measure) === "lower" ? -1 : 1;
      const best = values.reduce((one, other) => (sign * (other.value ?? 0) > sign * (one.value ?? 0) ? other : one));
      return [[stage, name, measure.name, (best.value ?? 0).toFixed(4), best.step.toLocaleString("en")]];
    }),
  );
  return rows.length === 0 ? "" : table(["stage", "task", "metric", "best", "at step"], rows);
}

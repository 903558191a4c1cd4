import type { Expression, StageDeclaration } from "../../grammar/ast.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import { classOfMetric } from "../schema/metric-name.ts";
import { metricTargets } from "../schema/metric-targets.ts";
import type { ResolvedStage, ResolvedTask } from "../schema/resolved.ts";
import { measuresOf, selectedMeasures } from "../schema/selected-measures.ts";
import { targetOf } from "../targets/index.ts";
import { argumentOf } from "./argument-of.ts";

/**
 * Checks that each metric supports the task's target, and that the class of a metric's `of:` exists. Classes that the
 * data names are checked when training begins.
 */
export function checkMetrics(
  { name, target, metrics }: ResolvedTask,
  written: Expression | undefined,
  reporter: Reporter,
): void {
  const { description, classes } = targetOf(target);
  const places = written?.kind === "List" ? written.items : [written];
  for (const [index, metric] of metrics.entries()) {
    const at = places[index];
    if (!at) continue;
    if (!metricTargets[metric.kind].includes(target.kind)) {
      const fitting = Object.entries(metricTargets)
        .filter(([, targets]) => targets.includes(target.kind))
        .map(([kind]) => kind);
      reporter.report("metric_target", at.span, {
        metric: metric.kind,
        target: description,
        fitting: fitting.join(", "),
      });
      continue;
    }
    const query = "query" in metric ? metric.query : undefined;
    const modalities = target.kind === "contrastive" ? [target.first, target.second] : [];
    if (query !== undefined && !modalities.includes(query)) {
      const holes = { metric: metric.kind, query, target: description, modalities };
      reporter.report("metric_query", (argumentOf(at, "query", 1) ?? at).span, holes);
      continue;
    }
    if (metric.kind === "mean_average_precision" && metric.iou !== undefined && target.kind !== "boxes") {
      reporter.report("metric_without_boxes", (argumentOf(at, "iou", 0) ?? at).span, {
        metric: metric.kind,
        target: description,
      });
      continue;
    }
    const of = classOfMetric(metric);
    const known = classes?.names;
    if (of === undefined || !known || known.includes(of)) continue;
    reporter.report("metric_of_unknown_class", (argumentOf(at, "of", 1) ?? at).span, {
      metric: metric.kind,
      of,
      task: name,
      known,
      nearest: nearest(of, known),
    });
  }
}

/**
 * Checks that the measures which choose a stage's best checkpoint and end it early are measures of its tasks; of each
 * task, if they train in turn.
 */
export function checkSelection(
  stage: ResolvedStage,
  tasks: readonly ResolvedTask[],
  declaration: StageDeclaration,
  reporter: Reporter,
): void {
  const selectors = [
    { option: "checkpoint", argument: "best", position: 2, selector: stage.checkpoint.best },
    { option: "early_stop", argument: "metric", position: 0, selector: stage.early_stop?.metric },
  ];
  const turns = stage.for_each === "task" ? tasks.map((task) => [task]) : [tasks];
  for (const { option, argument, position, selector } of selectors) {
    const without =
      selector === undefined ? undefined : turns.find((turn) => selectedMeasures(selector, turn).length === 0);
    if (selector === undefined || !without) continue;
    const written = optionOf(declaration, option);
    const measures = without.flatMap(measuresOf);
    const known = measures.map(({ task, name }) => `${task}.${name}`);
    const near = nearest(selector, ["auto", ...known, ...measures.map(({ name }) => name)]);
    const turn = stage.for_each === "task" ? without[0]?.name : undefined;
    reporter.report(
      "unmeasured_metric",
      (argumentOf(written, argument, position) ?? written ?? declaration.name).span,
      { stage: stage.name, selector, known, turn, nearest: near },
    );
  }
}

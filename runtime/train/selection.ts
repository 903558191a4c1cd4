import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { metricName } from "../../compiler/schema/metric-name.ts";
import { metrics } from "../metrics/index.ts";
import type { MeasuredValue } from "./evaluate-split.ts";

/**
 * One number that says how good a validation is, higher being better: the metric `task.metric`, or for `auto` the mean over tasks of each one's
 * first metric (its loss if it has none). Metrics of which lower is better count negatively. Undefined without values, and NaN if one is NaN:
 * neither is ever an improvement.
 */
export function scoreOf(selector: string, values: readonly MeasuredValue[], { tasks }: Pick<ResolvedSpecification, "tasks">): number | undefined {
  const validated = values.filter((value) => value.split === "validation");
  const chosen = selector === "auto" ? validated.filter(({ task, name }) => name === firstMetric(task, tasks)) : named(selector, validated);
  if (chosen.length === 0) return undefined;
  return chosen.reduce((sum, value) => sum + direction(value, tasks) * value.value, 0) / chosen.length;
}

/** Where a task lists a metric several times, `task.f1` is the first of them. */
function named(selector: string, values: readonly MeasuredValue[]): readonly MeasuredValue[] {
  const key = ({ task, name }: MeasuredValue) => `${task}.${name}`;
  const found = values.find((value) => key(value) === selector) ?? values.find((value) => key(value).startsWith(`${selector}_`));
  return found ? [found] : [];
}

type Tasks = ResolvedSpecification["tasks"];

function firstMetric(task: string, tasks: Tasks): string {
  const listed = tasks[task]?.metrics ?? [];
  const [first] = listed;
  return first ? metricName(first, listed) : "loss";
}

function direction({ task, name }: MeasuredValue, tasks: Tasks): 1 | -1 {
  const listed = tasks[task]?.metrics ?? [];
  const metric = listed.find((each) => metricName(each, listed) === name);
  return metric && metrics[metric.kind].better === "higher" ? 1 : -1;
}

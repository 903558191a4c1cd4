import { metricName } from "./metric-name.ts";
import type { ResolvedMetric, ResolvedTask } from "./resolved.ts";

/** A number that a validation measures for a task. */
export interface Measure {
  readonly task: string;
  /** `loss`, or the result of `metricName`. */
  readonly name: string;
  readonly kind: ResolvedMetric["kind"] | "loss";
}

/** A task's metrics in order, then its loss. */
export function measuresOf({ name: task, metrics }: Pick<ResolvedTask, "name" | "metrics">): readonly Measure[] {
  return [
    ...metrics.map((metric) => ({ task, name: metricName(metric, metrics), kind: metric.kind })),
    { task, name: "loss", kind: "loss" },
  ];
}

/**
 * The measures that choose a checkpoint or end a stage, at most one per task: `task.metric` is that one, a metric's
 * name alone those of all tasks that have it, `auto` the first one of each task. If a task lists several metrics of a
 * kind, the kind refers to the first of them.
 */
export function selectedMeasures(
  selector: string,
  tasks: readonly Pick<ResolvedTask, "name" | "metrics">[],
): readonly Measure[] {
  return tasks.flatMap((task) => {
    const own = measuresOf(task);
    const isMeant = (name: string): boolean => selector === name || selector === `${task.name}.${name}`;
    return (
      (selector === "auto"
        ? own[0]
        : (own.find(({ name }) => isMeant(name)) ?? own.find(({ kind }) => isMeant(kind)))) ?? []
    );
  });
}

import { metricName } from "./metric-name.ts";
import type { ResolvedMetric, ResolvedTask } from "./resolved.ts";

/** What a validation measures of a task. */
export interface Measure {
  readonly task: string;
  /** `loss`, or as `metricName`. */
  readonly name: string;
  readonly kind: ResolvedMetric["kind"] | "loss";
}

/** A task's metrics in their order, then its loss. */
export function measuresOf({ name: task, metrics }: Pick<ResolvedTask, "name" | "metrics">): readonly Measure[] {
  return [
    ...metrics.map((metric) => ({ task, name: metricName(metric, metrics), kind: metric.kind })),
    { task, name: "loss", kind: "loss" },
  ];
}

/**
 * The measures that choose a checkpoint or end a stage, at most one a task: by `task.metric` that one, by a metric's name alone those of all tasks
 * that have it, by `auto` each task's first. A kind of metric that a task lists several times means the first of them.
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

import type { ResolvedMetric } from "../../compiler/schema/resolved.ts";

/** What a metric is called in logs and in `task.metric`: `f1`; where a task lists one twice, with its options: `f1_micro`, `top_k_5`. */
export function metricName(metric: ResolvedMetric, among: readonly ResolvedMetric[]): string {
  const isAlone = among.filter((other) => other.kind === metric.kind).length === 1;
  const options = Object.entries(metric).filter(([option]) => option !== "kind");
  return isAlone ? metric.kind : [metric.kind, ...options.map(([, value]) => String(value))].join("_");
}

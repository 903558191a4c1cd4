import type { ResolvedMetric } from "./resolved.ts";

type Options = { readonly [option: string]: unknown };

/**
 * Name of a metric in logs and in `task.metric`: `f1`. If a task lists several metrics of a kind, the options in which
 * they differ are added: `f1_micro`, `top_k_5`.
 */
export function metricName(metric: ResolvedMetric, among: readonly ResolvedMetric[]): string {
  const alike: readonly Options[] = among.filter((other) => other.kind === metric.kind);
  const options = [...new Set(alike.flatMap((other) => Object.keys(other)))].filter((option) =>
    alike.some((other) => other[option] !== alike[0]?.[option]),
  );
  const told = options.map((option) => (metric as Options)[option]).filter((value) => value !== undefined);
  return [metric.kind, ...told.map(String)].join("_");
}

/** Name of the class that the metric is restricted to, if any. */
export function classOfMetric(metric: ResolvedMetric): string | undefined {
  return "of" in metric ? metric.of : undefined;
}

import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import { metricName } from "../../compiler/schema/metric-name.ts";
import { openMetric, pairsOf } from "./index.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import type { MeasuredBatch } from "./measured-batch.ts";
import type { Metric, MetricTask } from "./metric.ts";
import { observedRows } from "./observed-rows.ts";

export interface ScoredClasses {
  readonly names: readonly string[];
  readonly scored: number;
  readonly topKTies?: MetricTask["topKTies"];
  readonly textOf?: MetricTask["textOf"];
}

/** All metrics of a task over a split, batch by batch. */
export class Measurement {
  readonly #task: Pick<ResolvedTask, "target" | "metrics">;
  readonly #metrics: readonly { readonly name: string; readonly metric: Metric }[];
  #isBroken = false;

  /** For a task with classes, `names` are in the order of the scores, and `scored` is the number of scores of a row. */
  constructor(
    task: Pick<ResolvedTask, "target" | "metrics">,
    { names, scored, topKTies = "last", textOf = String }: ScoredClasses = { names: [], scored: 1 },
  ) {
    this.#task = task;
    const facts = {
      classes: scored,
      placeOf: (name: string) => names.indexOf(name),
      nameOf: (index: number) => names[index] ?? `class ${index}`,
      topKTies,
      textOf,
      ...pairsOf(task.target),
    };
    this.#metrics = task.metrics.map((options) => ({
      name: metricName(options, task.metrics),
      metric: openMetric(options, task.target, facts),
    }));
  }

  add(batch: MeasuredBatch): void {
    const { target } = this.#task;
    const { predictsNaN } = runtimeTargetOf(target);
    for (const { row, weight } of observedRows(target, batch)) {
      this.#isBroken ||= predictsNaN(row);
      for (const { metric } of this.#metrics) metric.observe(row, weight);
    }
  }

  /**
   * The values in the order of the task. If any prediction is NaN, all values are undefined: scikit-learn refuses such
   * rows, and counting them as wrong would make a broken model look like a weak one.
   */
  values(): readonly { readonly name: string; readonly value: number }[] {
    return this.#metrics.map(({ name, metric }) => ({ name, value: this.#isBroken ? Number.NaN : metric.value() }));
  }
}

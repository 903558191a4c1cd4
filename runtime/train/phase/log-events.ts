import type { MetricsLog } from "../../run/metrics-log.ts";
import type { MeasuredValue } from "../../evaluation/evaluate-split.ts";
import type { StepOutcome } from "../step/task-outcomes.ts";
import type { SamplerStatus } from "../samplers/sampler.ts";

interface Moment {
  /** Updates of the whole run. */
  readonly step: number;
  readonly epoch: number | null;
  readonly stage: string;
}

export function logStep(log: MetricsLog, moment: Moment, outcome: StepOutcome, rate: number): void {
  const train = { ...moment, split: "train" } as const;
  for (const { task, epoch, loss, rows, scale, gradientNorm, terms } of outcome.tasks) {
    log.add({ ...train, epoch, task, name: "loss", value: loss });
    if (rows !== undefined) log.add({ ...train, epoch, task, name: "rows", value: rows });
    if (scale !== undefined) log.add({ ...train, epoch, task, name: "loss_scale", value: scale });
    if (gradientNorm !== undefined) log.add({ ...train, epoch, task, name: "gradient_norm", value: gradientNorm });
    if (terms.size > 1)
      for (const [term, value] of terms) log.add({ ...train, epoch, task, name: `loss/${term}`, value });
  }
  if (outcome.gradientNorm !== undefined && outcome.tasks.length > 1)
    log.add({ ...train, task: null, name: "gradient_norm", value: outcome.gradientNorm });
  log.add({ ...train, task: null, name: "rate", value: rate });
}

export function logValues(log: MetricsLog, moment: Moment, values: readonly MeasuredValue[]): void {
  for (const { task, split, name, value } of values) log.add({ ...moment, task, split, name, value });
}

/** Logs the score that decides which checkpoint is the best, if it is a mean over tasks without a unit. */
export function logScore(log: MetricsLog, moment: Moment, { score }: { readonly score?: number }): void {
  if (score !== undefined) log.add({ ...moment, task: null, split: "validation", name: "score", value: score });
}

/** Logs the fraction of each task's rows that has been trained on. */
export function logUsedShares(log: MetricsLog, moment: Moment, shares: ReadonlyMap<string, number>): void {
  for (const [task, value] of shares) log.add({ ...moment, task, split: "train", name: "data_used", value });
}

export function logSamplerStatus(log: MetricsLog, moment: Moment, status: readonly SamplerStatus[]): void {
  for (const { task, name, value } of status)
    log.add({ ...moment, task, split: "train", name: `sampler/${name}`, value });
}

/** Logs for how many validations each measure that `early_stop` judges has not improved. */
export function logWaits(log: MetricsLog, moment: Moment, waits: ReadonlyMap<string | null, number>): void {
  for (const [task, value] of waits) log.add({ ...moment, task, split: "train", name: "early_stop/waited", value });
}

/** Logs that a task has left its stage. */
export function logLeft(log: MetricsLog, moment: Moment, task: string): void {
  log.add({ ...moment, task, split: "train", name: "early_stop/left", value: 1 });
}

import { taskOf } from "../program.ts";
import { logSamplerStatus, logScore, logUsedShares, logValues, logWaits } from "./log-events.ts";
import type { StageValidation } from "./open-stage.ts";
import type { PhaseParts } from "./phase-parts.ts";
import type { PhaseStart, RunContext } from "./run-context.ts";
import { plainScore } from "./selection.ts";
import { validate } from "./validate.ts";

/**
 * Validates a phase: measures its tasks, decides if the score is the best, and passes the values to the log, the
 * observer and the sampler.
 */
export class PhaseValidation {
  readonly #context: RunContext;
  readonly #start: PhaseStart;
  readonly #parts: PhaseParts;

  constructor(context: RunContext, start: PhaseStart, parts: PhaseParts) {
    this.#context = context;
    this.#start = start;
    this.#parts = parts;
  }

  async run(): Promise<StageValidation> {
    const { program, data, log, observer } = this.#context;
    const { executables, prefixes, buckets, selection, supply, position } = this.#parts;
    const { plan } = this.#start;
    const values = await validate({ program, plan, executables, prefixes, data, buckets, split: "validation" });
    const { isBest, endsEarly, waited, stalled, leaving, ...score } = await selection.judge(
      values,
      position.checkpoint,
      supply.remaining,
    );
    logValues(log, position.moment, values);
    logScore(log, position.moment, score);
    logWaits(log, position.moment, selection.waits(supply.remaining));
    if (values.length > 0)
      observer.onValidation?.({
        stage: position.name,
        step: position.step,
        split: "validation",
        values,
        best: isBest,
        ...score,
      });
    for (const task of plan.tasks) {
      const metric = plainScore("auto", [taskOf(program, task)], values);
      if (metric !== undefined) supply.observe({ kind: "validation", task, metric });
    }
    logSamplerStatus(log, position.moment, supply.samplerStatus());
    logUsedShares(log, position.moment, supply.usedShares());
    this.reportSampler();
    return { values, best: isBest, ...score, endsEarly, waited, stalled, leaving };
  }

  /** Sends the state of each task in the sampler to the observer. */
  reportSampler(): void {
    const { supply, position } = this.#parts;
    const status = supply.samplerStatus();
    if (status.length > 0)
      this.#context.observer.onSamplerStatus?.({ stage: position.name, step: position.step, status });
  }
}

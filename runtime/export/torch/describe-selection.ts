import { type Measure, selectedMeasures } from "../../../compiler/schema/selected-measures.ts";
import { rulesOf } from "../../../compiler/semantics.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { Data } from "../../data/data.ts";
import { type Baselines, baselinesOf } from "../../train/phase/baselines.ts";
import { bestOf, betterOf, measureKey } from "../../train/phase/selection.ts";
import { type Program, taskOf } from "../../train/program.ts";

/** The measures that choose the best checkpoint of a stage and end it, each with its baseline and its bound. */
export async function describeSelection({ specification }: Program, { stage, tasks: names }: StagePlan, data: Data) {
  const tasks = names.map((name) => taskOf({ specification }, name));
  const baselines: Baselines = await baselinesOf({ tasks, specification, data });
  const judged = (selector: string) => ({
    selector,
    measures: selectedMeasures(selector, tasks).map((measure) => describeMeasure(measure, baselines)),
  });
  const { early_stop: stop } = stage;
  return {
    rule: rulesOf(specification).selection,
    best: judged(stage.checkpoint.best),
    early_stop: stop
      ? {
          ...judged(stop.metric),
          patience: stop.patience,
          least: stop.least,
          tasks: stop.tasks ?? "together",
          watched: names.filter(
            (name) =>
              selectedMeasures(stop.metric, [taskOf({ specification }, name)]).length > 0 &&
              data.rows(name, "validation") > 0,
          ),
        }
      : null,
  };
}

function describeMeasure(measure: Measure, baselines: Baselines) {
  const baseline = baselines.get(measureKey(measure)) ?? Number.NaN;
  return {
    task: measure.task,
    name: measure.name,
    better: betterOf(measure),
    bound: bestOf(measure),
    /** Its value for a constant prediction; `null` where it is not defined. */
    baseline: Number.isFinite(baseline) ? baseline : null,
  };
}

import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import { type Measure, selectedMeasures } from "../../compiler/schema/selected-measures.ts";
import { metrics } from "../metrics/index.ts";
import type { MeasuredValue } from "./evaluate-split.ts";

/**
 * One number that says how good a validation is, higher being better: the mean of the measures that are selected (`selectedMeasures`), of which
 * those count negatively where lower is better. Undefined without values, and NaN if one is NaN: neither is ever an improvement.
 */
export function scoreOf(selector: string, values: readonly MeasuredValue[], { tasks }: Pick<ResolvedSpecification, "tasks">): number | undefined {
  const scores = selectedMeasures(selector, Object.values(tasks)).flatMap((measure) => {
    const found = values.find(({ task, name, split }) => split === "validation" && task === measure.task && name === measure.name);
    return found ? [(betterOf(measure) === "higher" ? 1 : -1) * found.value] : [];
  });
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

export function betterOf({ kind }: Measure): "higher" | "lower" {
  return kind === "loss" ? "lower" : metrics[kind].better;
}

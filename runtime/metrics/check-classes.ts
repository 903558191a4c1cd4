import { listed } from "../../compiler/diagnostics/define.ts";
import { nearestName } from "../../compiler/diagnostics/nearest.ts";
import { classOfMetric } from "../../compiler/schema/metric-name.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { Preprocessing } from "../data/data.ts";
import { UserError } from "../user-error.ts";

/**
 * Checks that the classes which metrics name exist, if the data determines them. Otherwise such a metric would never be
 * defined, and its run would never have a best checkpoint.
 */
export function checkClassesOfMetrics(
  { tasks }: Pick<ResolvedSpecification, "tasks">,
  { classes }: Pick<Preprocessing, "classes">,
): void {
  for (const { name, metrics } of Object.values(tasks)) {
    const known = classes[name] ?? [];
    for (const metric of metrics) {
      const of = classOfMetric(metric);
      if (of === undefined || known.includes(of)) continue;
      const near = nearestName(of, known);
      throw new UserError(
        "specification",
        `The metric ${metric.kind} of task ${name} measures the class "${of}", which the training data does not have.`,
        near === undefined ? `It has ${listed(known)}.` : `Did you mean "${near}"?`,
      );
    }
  }
}

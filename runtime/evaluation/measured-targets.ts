import type { TargetFeature } from "../../compiler/targets/target.ts";
import type { Batch } from "../data/data.ts";
import type { MeasuredTensor } from "../metrics/measured-batch.ts";

/** The targets of a batch by part, as exactly as the data has them. */
export function measuredTargets(
  features: readonly TargetFeature[],
  { features: values, exact }: Pick<Batch, "features" | "exact">,
): ReadonlyMap<string, MeasuredTensor> {
  const compared = features.filter(({ use }) => use !== "read");
  return new Map(
    compared.map(({ name, part }) => {
      const tensor = exact?.get(name) ?? values.get(name);
      if (!tensor) throw new Error(`the data has no feature ${name}`);
      return [part, tensor];
    }),
  );
}

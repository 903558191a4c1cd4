import type { GraphInput } from "../../../compiler/graph/graph.ts";
import { isMixup } from "../../../compiler/features/features.ts";
import { featureInPass } from "../../../compiler/features/shared-inputs.ts";
import type { ResolvedMixup } from "../../../compiler/schema/resolved.ts";
import { symmetricBeta } from "../../random/beta.ts";
import { generator } from "../../random/generator.ts";

export interface MixupSource {
  readonly mixupOf: (task: string) => ResolvedMixup | undefined;
  readonly seed: number;
  readonly phase: string;
  readonly tasks: readonly string[];
  /** The index of the update, and that of the batch among its batches. */
  readonly step: number;
  readonly batch: number;
}

/** λ for each scalar input of a graph, in float32. It is keyed by the arguments, so that no state has to be saved. */
export function drawMixup(
  inputs: readonly GraphInput[],
  { mixupOf, seed, phase, tasks, step, batch }: MixupSource,
): ReadonlyMap<string, number> {
  const drawn = new Map<string, number>();
  for (const { role } of inputs) {
    if (role.kind !== "scalar") continue;
    const { task = "", name } = featureInPass(tasks, role.name);
    const mixup = mixupOf(task);
    if (mixup && isMixup(name))
      drawn.set(role.name, symmetricBeta(mixup.alpha, generator(seed, "mixup", phase, task, step, batch, name)));
  }
  return drawn;
}

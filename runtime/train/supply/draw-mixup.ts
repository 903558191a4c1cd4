import type { GraphInput } from "../../../compiler/graph/graph.ts";
import type { ResolvedMixup } from "../../../compiler/schema/resolved.ts";
import { symmetricBeta } from "../../random/beta.ts";
import { generator } from "../../random/generator.ts";

export interface MixupSource {
  readonly mixup: ResolvedMixup | undefined;
  readonly seed: number;
  readonly phase: string;
  readonly task: string;
  /** The index of the update, and that of the batch among its batches. */
  readonly step: number;
  readonly batch: number;
}

/** λ for each scalar input of a graph, in float32. It is keyed by the arguments, so that no state has to be saved. */
export function drawMixup(
  inputs: readonly GraphInput[],
  { mixup, seed, phase, task, step, batch }: MixupSource,
): ReadonlyMap<string, number> {
  if (!mixup) return new Map();
  return new Map(
    inputs.flatMap(({ role }) =>
      role.kind === "scalar"
        ? [
            [
              role.name,
              symmetricBeta(mixup.alpha, generator(seed, "mixup", phase, task, step, batch, role.name)),
            ] as const,
          ]
        : [],
    ),
  );
}

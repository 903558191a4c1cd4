import { roleName, sameShape, showShape } from "../../../compiler/graph/graph.ts";
import type { StagePlan, WeightDeclaration } from "../../../compiler/stage/plan.ts";
import type { Tensors } from "../../checkpoint/checkpoint.ts";
import { UserError } from "../../user-error.ts";
import { initialWeight } from "./initialize.ts";

/** The key of a weight or state in checkpoints: the name of its input. */
export function weightKey({ kind, name }: Pick<WeightDeclaration, "kind" | "name">): string {
  return roleName(kind === "weight" ? { kind, weight: name } : { kind, state: name });
}

/**
 * The weights with which a phase starts: those of an earlier phase by name, and new ones initialised by (seed, name).
 * Weights that the phase does not use are kept for later phases.
 */
export function startingWeights(plan: Pick<StagePlan, "weights" | "stage">, carried: Tensors, seed: number): Tensors {
  const weights = new Map(carried);
  for (const weight of plan.weights) {
    const key = weightKey(weight);
    const earlier = carried.get(key);
    if (!earlier)
      weights.set(key, {
        shape: weight.shape,
        data: initialWeight({ seed, name: weight.name, shape: weight.shape, initializer: weight.initializer }),
      });
    else if (!sameShape(earlier.shape, weight.shape)) throw otherShape(plan.stage.name, weight, earlier.shape);
  }
  return weights;
}

function otherShape(stage: string, { name, shape }: WeightDeclaration, earlier: readonly number[]): UserError {
  return new UserError(
    "specification",
    `The weight ${name} is ${showShape(shape)} in stage ${stage}, but ${showShape(earlier)} in the stage before.`,
    "Give the new weight another name (bind it with another `let` or `layer`), or start the stage with `init: fresh`.",
  );
}

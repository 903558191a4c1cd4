import type { WeightDeclaration } from "../../../compiler/stage/plan.ts";
import { sameShape, showShape } from "../../../compiler/graph/graph.ts";
import type { Tensors } from "../../checkpoint/checkpoint.ts";
import { weightKey } from "../../train/phase/phase-weights.ts";
import { initialWeight } from "../../train/phase/initialize.ts";
import { UserError } from "../../user-error.ts";

/** Tensors by the names of a `state_dict`: those of weights and states alike are the names of the specification. */
export function torchWeights(weights: readonly WeightDeclaration[], tables: readonly Tensors[], seed: number): Tensors {
  return new Map(
    weights.map((weight) => {
      const found = tables.map((table) => table.get(weightKey(weight))).find((tensor) => tensor !== undefined);
      if (found && !sameShape(found.shape, weight.shape))
        throw new UserError(
          "data",
          `The weight ${weight.name} has the shape ${showShape(found.shape)} in the trained model, and ${showShape(weight.shape)} in the exported one.`,
          "Export the model at the stage whose params it has: --stage NAME.",
        );
      // A weight that no stage trains, as that of a task which is only predicted, is as it would be at the start.
      const data = found?.data ?? initialWeight({ seed, ...weight });
      return [weight.name, { shape: weight.shape, data }] as const;
    }),
  );
}

import { ruleOf, slotOf, slotsOfRule } from "../../compiler/differentiate/update-rule.ts";
import { roleName, sizeOf } from "../../compiler/graph/graph.ts";
import { ownersOf } from "../../compiler/schema/worker-steps.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { weightKey } from "../train/phase/phase-weights.ts";

/** The weights and states of these plans out of `weights`, and the optimizer's slots, which begin at zero. */
export function startingTensors(plans: readonly StagePlan[], weights: Tensors): Tensors {
  const tensors = new Map(weights);
  const used = new Set<string>();
  for (const { stage, weights: declared } of plans) {
    for (const weight of declared) {
      used.add(weightKey(weight));
      if (!weight.trainable) continue;
      for (const [slot, shape] of Object.entries(slotsOfRule(ruleOf(stage, weight), weight.shape)))
        for (const owner of ownersOf(stage, weight)) {
          const name = roleName({ kind: "slot", weight: weight.name, slot: slotOf(slot, owner) });
          used.add(name);
          tensors.set(name, { shape, data: new Float32Array(sizeOf(shape)) });
        }
    }
  }
  return new Map([...tensors].filter(([name]) => used.has(name)));
}

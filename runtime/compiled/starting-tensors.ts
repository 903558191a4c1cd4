import { ruleOf, slotsOfRule } from "../../compiler/differentiate/update-rule.ts";
import { roleName, sizeOf } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/plan.ts";
import type { Tensors } from "../checkpoint/checkpoint.ts";
import { startingWeights, weightKey } from "../train/phase-weights.ts";
import { phasesOf } from "../train/phases.ts";
import type { Program } from "../train/program.ts";
import { planOf } from "../train/trainer.ts";

/**
 * The weights that training would begin a stage with if the stages before it trained nothing: each drawn with the seed of the first stage that
 * has it, or with that of the last `init: fresh`. What a stage takes `from` outside is not in them; it is in the weights of a run.
 */
export function seededWeights(program: Program, stage: string): Tensors {
  const ends = new Map<string, Tensors>();
  let weights: Tensors = new Map();
  for (const phase of phasesOf(program.specification)) {
    const { init } = phase.stage;
    if (ends.has(stage) && phase.stage.name !== stage) break;
    if (init && init.kind !== "from" && !ends.has(phase.stage.name)) weights = (init.kind === "fresh" ? undefined : ends.get(init.stage)) ?? new Map();
    weights = startingWeights(planOf(program, phase), weights, phase.stage.seed);
    ends.set(phase.stage.name, weights);
  }
  return weights;
}

/** The weights and states of these plans out of `weights`, and the optimizer's slots, which begin at zero. */
export function startingTensors(plans: readonly StagePlan[], weights: Tensors): Tensors {
  const tensors = new Map(weights);
  const used = new Set<string>();
  for (const { stage, weights: declared } of plans) {
    for (const weight of declared) {
      used.add(weightKey(weight));
      if (!weight.trainable) continue;
      for (const [slot, shape] of Object.entries(slotsOfRule(ruleOf(stage, weight), weight.shape))) {
        const name = roleName({ kind: "slot", weight: weight.name, slot });
        used.add(name);
        tensors.set(name, { shape, data: new Float32Array(sizeOf(shape)) });
      }
    }
  }
  return new Map([...tensors].filter(([name]) => used.has(name)));
}

import type { FixedSettings } from "../analysis/fixed-values.ts";
import { augmentedModalities } from "../features/augmentations.ts";
import { featureInPass } from "../features/shared-inputs.ts";
import { madeModalities } from "../targets/index.ts";
import { taskTarget } from "../targets/task-target.ts";
import type { Program } from "./checked-program.ts";
import type { StageWeight } from "./plan.ts";

/** The weights and features that change between steps in a pass of a stage's tasks. */
export function frozenSettings(
  { specification }: Pick<Program, "specification">,
  tasks: readonly string[],
  mode: "train" | "evaluate",
  weights: readonly StageWeight[],
): Pick<FixedSettings, "isTrained" | "isDrawn"> {
  const trained = new Set(
    weights.filter(({ kind, trainable }) => trainable || kind === "state").map(({ name }) => name),
  );
  return {
    isTrained: (weight) => trained.has(weight),
    isDrawn: (feature) => {
      const { task, name } = featureInPass(tasks, feature);
      return (
        tasks.some((each) => isMadeFor(specification, each, mode, feature)) ||
        (task !== undefined && isDrawnFor(specification, task, mode, name))
      );
    },
  };
}

/** True for a feature that the reader makes for a task's target and the model reads, such as positions that it draws. */
function isMadeFor(
  specification: Program["specification"],
  name: string,
  mode: "train" | "evaluate",
  feature: string,
): boolean {
  const task = specification.tasks[name];
  const { features = [] } = task ? taskTarget({ ...task, mode }, specification) : {};
  return features.some(({ name: own, use }) => own === feature && use === "read");
}

/** A modality of which the reader makes the target is drawn anew each epoch, and so is one that training augments. */
function isDrawnFor(
  specification: Program["specification"],
  name: string,
  mode: "train" | "evaluate",
  feature: string,
): boolean {
  const task = specification.tasks[name];
  if (!task) return false;
  const augmented = mode === "train" ? augmentedModalities(specification, task).map((each) => each.name) : [];
  return [...madeModalities(task.target), ...augmented].some(
    (modality) => feature === modality || feature.startsWith(`${modality}.`),
  );
}

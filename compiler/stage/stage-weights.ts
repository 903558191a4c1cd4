import type { ResolvedStage } from "../schema/resolved.ts";
import type { StageWeight, TaskWeights, WeightDeclaration } from "./plan.ts";
import { groupOf, isTrained, stagePatterns } from "./weight-patterns.ts";

/** Every weight of a stage's tasks, with its treatment in the stage. */
export function stageWeights(
  stage: ResolvedStage,
  forwards: readonly TaskWeights[],
  forTask: string | undefined,
): readonly StageWeight[] {
  const declarations = new Map<string, WeightDeclaration>();
  const tasksOf = new Map<string, string[]>();
  for (const { task, weights } of forwards) {
    for (const weight of weights) {
      declarations.set(weight.name, declarations.get(weight.name) ?? weight);
      tasksOf.set(weight.name, [...(tasksOf.get(weight.name) ?? []), task]);
    }
  }
  const patterns = stagePatterns(stage, forTask);
  return [...declarations.values()].map((weight) => {
    const tasks = tasksOf.get(weight.name) ?? [];
    const group = groupOf(weight.name, stage.optimizer, forTask);
    return {
      ...weight,
      trainable: weight.kind === "weight" && weight.ofTeacher === undefined && isTrained(weight.name, patterns),
      decayed: weight.shape.length > 1,
      class: `${tasks.join("+")}${group === undefined ? "" : `/group_${group + 1}`}`,
      tasks,
      ...(group === undefined ? {} : { group }),
    };
  });
}

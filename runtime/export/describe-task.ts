import { taskTarget } from "../../compiler/targets/task-target.ts";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { Preprocessing } from "../data/data.ts";
import { specialIds } from "../data/tokenizers/special-tokens.ts";
import { runtimeTargetOf } from "../targets/index.ts";
import { scaleOf, scalesOfNumbers } from "../targets/number-scale.ts";
import type { CompiledTask } from "./manifest.ts";

/** Describes for other programs what a task reads, and how its output is read. */
export function describeTask(
  specification: ResolvedSpecification,
  name: string,
  preprocessing: Preprocessing | undefined,
): CompiledTask {
  const task = specification.tasks[name];
  if (!task) throw new Error(`no task ${name}`);
  const { target, features } = taskTarget(task, specification);
  const scales = target.numbers?.standardised && preprocessing ? scalesOfNumbers(scaleOf(name, preprocessing)) : [];
  const [scale] = scales;
  const isOneNumber = features[0]?.shape.length === 0;
  return {
    prediction: runtimeTargetOf(task.target).reading,
    target: task.target,
    inputs: task.inputs,
    classes: preprocessing?.classes[name] ?? target.classes?.names ?? [],
    ...(scale ? (isOneNumber ? { scale } : { scales }) : {}),
    ...(target.generates === undefined
      ? {}
      : { generates: { modality: target.generates, begin: specialIds.separator, end: specialIds.separator } }),
  };
}

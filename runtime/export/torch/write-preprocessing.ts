import { copyFile } from "../../host/files.ts";
import { packageRoot } from "../../host/package-root.ts";
import { join } from "../../host/paths.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";
import type { ResolvedSpecification } from "../../../compiler/schema/resolved.ts";
import type { Preprocessing } from "../../data/data.ts";
import { preprocessingFile } from "../../data/fit/preprocessing.ts";
import { writeJson } from "../../files/checked-json.ts";
import { describeFeatures } from "../describe-features.ts";
import { describeTask } from "../describe-task.ts";
import { tokenizerFiles, writeTokenizers } from "../tokenizer-files.ts";

export interface WrittenPreprocessing {
  readonly specification: ResolvedSpecification;
  readonly preprocessing: Preprocessing;
  /** Each task, with the plan of the stage that has it. */
  readonly tasks: readonly { readonly task: string; readonly plan: StagePlan }[];
}

/**
 * Writes `preprocess.py` and what it reads: `inputs.json`, which says how the features of each task are computed from an
 * example, `preprocessing.json`, and the tokenizers; and `generation.py`, if a task generates a text.
 */
export async function writePreprocessing(
  folder: string,
  { specification, preprocessing, tasks }: WrittenPreprocessing,
): Promise<void> {
  const features = describeFeatures(specification);
  await writeJson(join(folder, "inputs.json"), {
    version: 1,
    modalities: specification.modalities,
    tasks: Object.fromEntries(
      tasks.map(({ task, plan }) => [
        task,
        { ...describeTask(specification, task, preprocessing), features: featuresOf(plan, task, features) },
      ]),
    ),
    features,
    tokenizers: tokenizerFiles(preprocessing),
  });
  await preprocessingFile.write(join(folder, "preprocessing.json"), preprocessing);
  await writeTokenizers(folder, preprocessing);
  const generates = tasks.some(({ task }) => specification.tasks[task]?.target.kind === "sequence");
  for (const script of ["preprocess.py", ...(generates ? ["generation.py"] : [])])
    await copyFile(join(packageRoot(), "examples/python", script), join(folder, script));
}

/** The tensors that a task's prediction takes: their types, the shape of a row, and the value of what an example lacks. */
function featuresOf(plan: StagePlan, task: string, described: ReturnType<typeof describeFeatures>) {
  return Object.fromEntries(
    plan
      .predict(task, { batch: 1 })
      .inputs.flatMap(({ role, value: { dtype, shape } }) =>
        role.kind === "feature"
          ? [[role.feature, { dtype, shape: shape.slice(1), empty: described[role.feature]?.empty ?? 0 }]]
          : [],
      ),
  );
}

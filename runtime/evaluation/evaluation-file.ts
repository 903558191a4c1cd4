import { existsSync } from "node:fs";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeText } from "../checked-json.ts";
import type { Split } from "../data/data.ts";
import type { ExampleSource } from "../data/example-source.ts";
import type { RunFolder } from "../run-folder.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import type { ToldValue } from "./told-values.ts";

/** `evaluation/TASK-SPLIT.json`: what the last evaluation of a task on a split found. */
export interface TaskEvaluation {
  readonly task: string;
  readonly split: Split;
  /** `step-000500`. */
  readonly checkpoint: string;
  /** The loss and every metric; `null` where it is not defined. */
  readonly metrics: { readonly [name: string]: number | null };
  /** Of tasks whose target is a category. */
  readonly confusion: ConfusionMatrix | null;
  /** By falling loss. */
  readonly worst: readonly WorstExample[];
}

/** An example that the model gets wrong. */
export interface WorstExample extends ExampleSource {
  readonly target: ToldValue;
  readonly prediction: ToldValue;
  /** The default loss of its kind of target; `null` where it is not finite. */
  readonly loss: number | null;
}

export async function writeEvaluation(folder: RunFolder, evaluation: TaskEvaluation): Promise<void> {
  const path = folder.taskEvaluation(evaluation.task, evaluation.split);
  await mkdir(dirname(path), { recursive: true });
  await writeText(path, `${JSON.stringify(evaluation)}\n`);
}

/** All that the run's folder has, by task and split; none for a run that was not evaluated. */
export async function readEvaluations({ evaluations }: RunFolder): Promise<readonly TaskEvaluation[]> {
  if (!existsSync(evaluations)) return [];
  const files = (await readdir(evaluations)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(join(evaluations, name), "utf8")) as TaskEvaluation));
}

import { existsSync, mkdir, readdir } from "../host/files.ts";
import { dirname, join } from "../host/paths.ts";
import { type JsonSchema, count, list, map, number, object, string } from "../../compiler/schema/schema-parts.ts";
import { type Split, splitNames } from "../data/data.ts";
import type { ExampleSource } from "../data/batch/example-source.ts";
import type { RunFolder } from "../run/run-folder.ts";
import { sealedJson, sealedSchema } from "../files/sealed-json.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import type { ReadableValue } from "../targets/runtime-target.ts";

/** The results of the last evaluation of a task on a split: `evaluation/TASK-SPLIT.json`. */
export interface TaskEvaluation {
  readonly task: string;
  readonly split: Split;
  /** `step-000500`. */
  readonly checkpoint: string;
  /** The loss and every metric; `null` where it is not defined. */
  readonly metrics: { readonly [name: string]: number | null };
  /** The confusion matrix of a task whose target is a category. */
  readonly confusion: ConfusionMatrix | null;
  /** The worst examples, the highest loss first. */
  readonly worst: readonly WorstExample[];
  /** The best examples, the lowest loss first, of a task that says where something is in a picture. */
  readonly best?: readonly WorstExample[];
}

/** An example with its prediction. */
export interface WorstExample extends ExampleSource {
  readonly target: ReadableValue;
  readonly prediction: ReadableValue;
  /** The default loss of its kind of target; `null` where it is not finite. */
  readonly loss: number | null;
}

const readableBox = object({ class: string, box: list(number) }, { probability: number });

const readableValue: JsonSchema = {
  anyOf: [string, number, { type: "null" }, list(string), list(number), object({ boxes: list(readableBox) })],
};

const example = object({
  key: string,
  file: string,
  row: count,
  inputs: list(object({ modality: string, kind: string, texts: list(string), files: list(string) })),
  target: readableValue,
  prediction: readableValue,
  loss: { anyOf: [number, { type: "null" }] },
});

/**
 * The schema of the file. Targets and predictions are as `RuntimeTarget.readable` returns them, and the rest of a row
 * is as in `example-source.ts`.
 */
export const taskEvaluationSchema = sealedSchema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:mtl:task-evaluation:1",
  title: "Results of the last evaluation of a task on a split",
  ...object(
    {
      task: string,
      split: { enum: splitNames },
      checkpoint: string,
      metrics: map({ anyOf: [number, { type: "null" }] }),
      confusion: { anyOf: [{ type: "null" }, object({ classes: list(string), counts: list(list(number)) })] },
      worst: list(example),
    },
    { best: list(example) },
  ),
});

const taskEvaluationFile = sealedJson<TaskEvaluation>(taskEvaluationSchema, "one line");

export async function writeEvaluation(folder: RunFolder, evaluation: TaskEvaluation): Promise<void> {
  const path = folder.taskEvaluation(evaluation.task, evaluation.split);
  await mkdir(dirname(path), { recursive: true });
  await taskEvaluationFile.write(path, evaluation);
}

/** All evaluations in the run's folder, by task and split; empty if the run was not evaluated. */
export async function readEvaluations({ evaluations }: RunFolder): Promise<readonly TaskEvaluation[]> {
  if (!existsSync(evaluations)) return [];
  const files = (await readdir(evaluations)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    files.map((name) =>
      taskEvaluationFile.readAt(join(evaluations, name), ({ task, split }) => name === `${task}-${split}.json`),
    ),
  );
}

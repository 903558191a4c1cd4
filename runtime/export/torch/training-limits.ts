import type { StagePlan } from "../../../compiler/stage/plan.ts";
import { augmentationsOf } from "../../../compiler/features/augmentations.ts";
import type { Program } from "../../train/program.ts";
import { taskOf } from "../../train/program.ts";

/** A part of a stage that `train.py` does not have. */
export interface TrainingLimit {
  /** The name in the specification, such as `balance: gradnorm`. */
  readonly name: string;
  readonly reason: string;
  /** True if training without it is another training, but one that a user may want (`--ignore NAME`). */
  readonly ignorable: boolean;
}

/** The kinds of tasks whose loss of a row depends on the other rows of its batch. */
const comparing: ReadonlySet<string> = new Set(["contrastive"]);

/** The parts of a stage that training in PyTorch cannot do, by name. The script refuses to begin while there is any. */
export function trainingLimits(program: Program, plan: StagePlan): readonly TrainingLimit[] {
  const { stage } = plan;
  const refused = (name: string, reason: string): TrainingLimit => ({ name, reason, ignorable: false });
  const ignorable = (name: string, reason: string): TrainingLimit => ({ name, reason, ignorable: true });
  const found: TrainingLimit[] = [];
  if (stage.balance.kind !== "fixed")
    found.push(
      ignorable(
        `balance: ${stage.balance.kind}`,
        "The factors of the losses are not computed in PyTorch; ignored, all are 1.",
      ),
    );
  if (stage.step.kind === "hogwild")
    found.push(refused("step: hogwild", "Each task would have an optimizer of its own."));
  if (stage.average)
    found.push(
      ignorable("average", "No average of the weights is kept; ignored, the weights themselves are the result."),
    );
  if (stage.early_stop)
    found.push(ignorable("early_stop", "Every update of the stage is made; ignored, the stage does not end early."));
  for (const name of plan.tasks) {
    // The model itself mixes the rows of a batch.
    for (const { kind } of augmentationsOf(taskOf(program, name)).filter((each) => each.kind !== "mixup"))
      found.push(refused(`augment: ${kind} of task ${name}`, "Its draws for an example differ in each epoch."));
  }
  return found.filter(({ name }, index) => found.findIndex((each) => each.name === name) === index);
}

/** The tasks that compare the rows of a batch with each other, so that parts of a batch in several processes are not the batch. */
export function comparingTasks(program: Program, { tasks }: Pick<StagePlan, "tasks">): readonly string[] {
  return tasks.filter((name) => comparing.has(taskOf(program, name).target.kind));
}

import type { StagePlan } from "../../../compiler/stage/plan.ts";
import { balanceNeeds, comparesRepresentations } from "../../../compiler/balance/balance-needs.ts";
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
  const reason = whyNotBalanced(plan);
  if (reason !== undefined) found.push(ignorable(`balance: ${stage.balance.kind}`, `${reason} Ignored, all are 1.`));
  if (stage.step.kind === "hogwild")
    found.push(refused("step: hogwild", "Each task would have an optimizer of its own."));
  for (const name of plan.tasks) {
    // The model itself mixes the rows of a batch.
    for (const { kind } of augmentationsOf(taskOf(program, name)).filter((each) => each.kind !== "mixup"))
      found.push(refused(`augment: ${kind} of task ${name}`, "Its draws for an example differ in each epoch."));
  }
  return found.filter(({ name }, index) => found.findIndex((each) => each.name === name) === index);
}

/** The reason why the factors of a balance are not computed. */
function whyNotBalanced({ stage, weights }: Pick<StagePlan, "stage" | "weights">): string | undefined {
  if (comparesRepresentations(stage.balance))
    return "Its factors follow from gradients of what the tasks share (`of: representation`), which are not taken in PyTorch; those of weights are.";
  if (balanceNeeds[stage.balance.kind] === "gradients" && weights.some(({ kind }) => kind === "state"))
    return "The gradients of each task take a forward pass of their own, in which a state of the model would advance once too often.";
  return undefined;
}

/** The tasks that compare the rows of a batch with each other, so that parts of a batch in several processes are not the batch. */
export function comparingTasks(program: Program, { tasks }: Pick<StagePlan, "tasks">): readonly string[] {
  return tasks.filter((name) => comparing.has(taskOf(program, name).target.kind));
}

import { augmentationsOf, switchedTexts } from "../features/augmentations.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedAugmentation, ResolvedTask } from "../schema/resolved.ts";
import { targetOf } from "../targets/index.ts";
import type { Program } from "../stage/checked-program.ts";

/** Augmentations that move what is in a picture. */
const moving: ReadonlySet<ResolvedAugmentation["kind"]> = new Set(["flip", "crop", "resized_crop", "rotate"]);

/** Checks that each augmentation of a task has something to change, and leaves its target right. */
export function checkAugmentations(
  { specification, declarations }: Pick<Program, "specification" | "declarations">,
  reporter: Reporter,
): void {
  for (const [name, declaration] of declarations.tasks) {
    const task = specification.tasks[name];
    const option = optionOf(declaration, "augment");
    if (!task || !option) continue;
    const all = augmentationsOf(task);
    const inputs = task.inputs.flatMap(({ modality }) => {
      const kind = specification.modalities[modality]?.kind;
      return kind === undefined ? [] : [{ name: modality, kind }];
    });
    for (const [index, augmentation] of all.entries()) {
      const reason = idleBecause(augmentation, all.slice(0, index), inputs);
      const at = option.kind === "List" ? (option.items[index] ?? option) : option;
      const bucketed = switchedBuckets(specification, task, augmentation);
      if (bucketed !== undefined) reporter.report("switched_buckets", at.span, { task: name, modality: bucketed });
      if (reason !== undefined)
        reporter.report("idle_augmentation", at.span, { augmentation: augmentation.kind, task: name, reason });
      else if (moving.has(augmentation.kind) && targetOf(task.target).placesInPicture)
        reporter.report("boxes_stay", at.span, { augmentation: augmentation.kind, task: name });
    }
  }
}

function idleBecause(
  augmentation: ResolvedAugmentation,
  before: readonly ResolvedAugmentation[],
  inputs: readonly Input[],
): string | undefined {
  if (augmentation.kind === "mixup")
    return before.some(({ kind }) => kind === "mixup") ? "its rows are mixed already" : undefined;
  const kinds = augmentation.kind === "code_switch" ? texts : pictures;
  const changed = inputs.filter(({ kind }) => kinds.of.includes(kind)).map(({ name }) => name);
  const other = augmentation.of?.find((name) => !changed.includes(name));
  if (other !== undefined) return `"${other}" is no ${kinds.one} that it reads`;
  return changed.length === 0 ? `it reads no ${kinds.one}` : undefined;
}

/** A modality that a task reads, and its kind. */
interface Input {
  readonly name: string;
  readonly kind: string;
}

const pictures = { of: ["image", "video"], one: "image or video" };
const texts = { of: ["text"], one: "text" };

/** A text with lengths in buckets that the task switches: its length is not known when the bucket is chosen. */
function switchedBuckets(
  specification: Program["specification"],
  task: ResolvedTask,
  augmentation: ResolvedAugmentation,
): string | undefined {
  const isBucketed = (name: string): boolean => {
    const modality = specification.modalities[name];
    return modality?.kind === "text" && modality.buckets !== undefined;
  };
  return switchedTexts(specification, task).find(
    ({ name, augmentations }) => isBucketed(name) && augmentations.some((each) => each === augmentation),
  )?.name;
}

import { augmentationsOf } from "../features/augmentations.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { optionOf } from "../elaborate/uses.ts";
import type { ResolvedAugmentation, ResolvedTask } from "../schema/resolved.ts";
import type { Program } from "../stage/checked-program.ts";

/** Checks that each augmentation of a task has something to change. */
export function checkAugmentations(
  { specification, declarations }: Pick<Program, "specification" | "declarations">,
  reporter: Reporter,
): void {
  for (const [name, declaration] of declarations.tasks) {
    const task = specification.tasks[name];
    const option = optionOf(declaration, "augment");
    if (!task || !option) continue;
    const all = augmentationsOf(task);
    for (const [index, augmentation] of all.entries()) {
      const reason = idleBecause(augmentation, all.slice(0, index), pictureNames(specification, task));
      const at = option.kind === "List" ? (option.items[index] ?? option) : option;
      if (reason !== undefined)
        reporter.report("idle_augmentation", at.span, { augmentation: augmentation.kind, task: name, reason });
    }
  }
}

function idleBecause(
  augmentation: ResolvedAugmentation,
  before: readonly ResolvedAugmentation[],
  pictures: readonly string[],
): string | undefined {
  if (augmentation.kind === "mixup")
    return before.some(({ kind }) => kind === "mixup") ? "its rows are mixed already" : undefined;
  const other = augmentation.of?.find((name) => !pictures.includes(name));
  if (other !== undefined) return `"${other}" is no image or video that it reads`;
  return pictures.length === 0 ? "it reads no image and no video" : undefined;
}

function pictureNames(
  { modalities }: Program["specification"],
  { inputs }: Pick<ResolvedTask, "inputs">,
): readonly string[] {
  return inputs.flatMap(({ modality }) =>
    ["image", "video"].includes(modalities[modality]?.kind ?? "") ? [modality] : [],
  );
}

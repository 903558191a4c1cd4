import type {
  ResolvedAugmentation,
  ResolvedCodeSwitch,
  ResolvedMixup,
  ResolvedModality,
  ResolvedPictureAugmentation,
  ResolvedSpecification,
  ResolvedTask,
} from "../schema/resolved.ts";

type Augmented = Pick<ResolvedTask, "augment">;
type Pictures = Extract<ResolvedModality, { readonly kind: "image" | "video" }>;

/** A task's augmentations, in the order of the text. */
export function augmentationsOf({ augment }: Augmented): readonly ResolvedAugmentation[] {
  return augment === undefined ? [] : [augment].flat();
}

/** The mixup of a task; `undefined` if it has none. */
export function mixupOf(task: Augmented | undefined): ResolvedMixup | undefined {
  return augmentationsOf(task ?? {}).find((augmentation) => augmentation.kind === "mixup");
}

/** An image or a video that a task changes in training. */
export interface AugmentedPictures {
  readonly name: string;
  readonly modality: Pictures;
  /** The augmentations are applied in this order. */
  readonly augmentations: readonly ResolvedPictureAugmentation[];
}

/** The images and videos that a task changes in training, with what changes them. */
export function augmentedPictures(
  { modalities }: Pick<ResolvedSpecification, "modalities">,
  task: Augmented & Pick<ResolvedTask, "inputs">,
): readonly AugmentedPictures[] {
  const all = augmentationsOf(task).filter(isOfPictures);
  return task.inputs.flatMap(({ modality: name }) => {
    const modality = modalities[name];
    if (modality?.kind !== "image" && modality?.kind !== "video") return [];
    const augmentations = all.filter(({ of }) => of?.includes(name) ?? true);
    return augmentations.length > 0 ? [{ name, modality, augmentations }] : [];
  });
}

function isOfPictures(augmentation: ResolvedAugmentation): augmentation is ResolvedPictureAugmentation {
  return augmentation.kind !== "mixup" && augmentation.kind !== "code_switch";
}

/** A text of which a task replaces words in training. */
export interface SwitchedText {
  readonly name: string;
  /** The augmentations are applied in this order. */
  readonly augmentations: readonly ResolvedCodeSwitch[];
}

/** The texts of which a task replaces words in training. */
export function switchedTexts(
  { modalities }: Pick<ResolvedSpecification, "modalities">,
  task: Augmented & Pick<ResolvedTask, "inputs">,
): readonly SwitchedText[] {
  const all = augmentationsOf(task).filter((augmentation) => augmentation.kind === "code_switch");
  return task.inputs.flatMap(({ modality: name }) => {
    const augmentations = all.filter(({ of }) => of?.includes(name) ?? true);
    return modalities[name]?.kind === "text" && augmentations.length > 0 ? [{ name, augmentations }] : [];
  });
}

/** The modalities whose values a task changes in training, with what changes them. */
export function augmentedModalities(
  specification: Pick<ResolvedSpecification, "modalities">,
  task: Augmented & Pick<ResolvedTask, "inputs">,
): readonly { readonly name: string; readonly augmentations: readonly ResolvedAugmentation[] }[] {
  return [...augmentedPictures(specification, task), ...switchedTexts(specification, task)];
}

/** The dictionaries of a specification's tasks: names of files relative to it. */
export function dictionariesOf({ tasks }: Pick<ResolvedSpecification, "tasks">): readonly string[] {
  const named = Object.values(tasks)
    .flatMap(augmentationsOf)
    .flatMap((augmentation) => (augmentation.kind === "code_switch" ? [augmentation.dictionary] : []));
  return [...new Set(named)];
}

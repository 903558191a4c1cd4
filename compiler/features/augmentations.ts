import type {
  ResolvedAugmentation,
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
  const all = augmentationsOf(task).filter((augmentation) => augmentation.kind !== "mixup");
  return task.inputs.flatMap(({ modality: name }) => {
    const modality = modalities[name];
    if (modality?.kind !== "image" && modality?.kind !== "video") return [];
    const augmentations = all.filter(({ of }) => of?.includes(name) ?? true);
    return augmentations.length > 0 ? [{ name, modality, augmentations }] : [];
  });
}

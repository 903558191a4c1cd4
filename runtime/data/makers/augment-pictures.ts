import type { MakerOfTask } from "./maker.ts";
import { type AugmentedPictures, augmentedPictures } from "../../../compiler/features/augmentations.ts";
import type { ResolvedPictureAugmentation } from "../../../compiler/schema/resolved.ts";
import { type Generator, generator } from "../../random/generator.ts";
import type { Batch, BatchRequest } from "../data.ts";
import { crop, resizedCrop } from "../augment/crop.ts";
import { flip } from "../augment/flip.ts";
import { jitter } from "../augment/jitter.ts";
import type { DrawChange, PictureChange, PictureSettings } from "../augment/picture-change.ts";
import { rotate } from "../augment/rotate.ts";

const changes: { readonly [Kind in ResolvedPictureAugmentation["kind"]]: DrawChange<Kind> } = {
  flip,
  crop,
  resized_crop: resizedCrop,
  rotate,
  jitter,
};

export const pictureAugmenter: MakerOfTask = (task, { specification }) => {
  const pictures = augmentedPictures(specification, task);
  return pictures.length > 0
    ? (batch, request) => augmentPictures(batch, { ...request, task: task.name }, pictures)
    : undefined;
};

/**
 * Changes the pictures of a training batch in place. Each example has its own draws, keyed by (seed, stage, task,
 * epoch, example, modality, augmentation). A batch without a draw, in evaluation or prediction, stays unchanged.
 */
export function augmentPictures(
  batch: Batch,
  { task, draw, size }: Pick<BatchRequest, "task" | "draw" | "size">,
  pictures: readonly AugmentedPictures[],
): Batch {
  if (!draw) return batch;
  for (const { name, modality, augmentations } of pictures) {
    for (const [row, key] of batch.keys.entries()) {
      const found = picturesOf(batch, { name, modality, augmentations }, { row, size });
      for (const [index, augmentation] of augmentations.entries()) {
        const twin = augmentations.slice(0, index).filter(({ kind }) => kind === augmentation.kind).length;
        const random = generator(
          draw.seed,
          "augmentation",
          draw.stage,
          task,
          draw.epoch,
          key,
          name,
          `${augmentation.kind} ${twin}`,
        );
        const change = drawChange(augmentation, random, modality);
        for (const data of change ? found : []) change?.({ ...modality, data });
      }
    }
  }
  return batch;
}

function drawChange(
  augmentation: ResolvedPictureAugmentation,
  random: Generator,
  settings: PictureSettings,
): PictureChange | undefined {
  const draw = changes[augmentation.kind] as DrawChange<ResolvedPictureAugmentation["kind"]>;
  return draw(augmentation, random, settings);
}

/** The pixels of each picture of a row: a single one, the frames of a video, or one for each candidate. */
function picturesOf(
  { features }: Batch,
  { name, modality }: AugmentedPictures,
  { row, size }: { readonly row: number; readonly size: number },
): readonly Uint8Array[] {
  const [pixels, there, frames] = [features.get(name), features.get(`${name}.present`), features.get(`${name}.mask`)];
  if (!(pixels instanceof Uint8Array) || there?.[row] === 0) return [];
  const bytes = modality.height * modality.width * modality.channels;
  const count = pixels.length / bytes / size;
  return Array.from({ length: count }, (_, index) => row * count + index)
    .filter((index) => frames?.[index] !== 0)
    .map((index) => pixels.subarray(index * bytes, (index + 1) * bytes));
}

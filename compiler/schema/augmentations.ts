import type { CallableTable, OptionDefinition } from "./types.ts";

/** Selects the pictures that an augmentation changes. */
const of = {
  type: { kind: "list", element: { kind: "name", of: "modality" }, distinct: true },
  doc: "The images and videos that are changed; by default all that the task reads.",
} as const satisfies OptionDefinition;

function strength(doc: string) {
  return { type: { kind: "rate" }, default: 0.4, doc } as const satisfies OptionDefinition;
}

/**
 * Changes that training makes to examples before the model sees them; evaluation and prediction see examples as they
 * are.
 */
export const augmentations = {
  mixup: {
    doc: "Mixes each row of a batch with the row opposite (the first with the last, and so on): λ·x + (1−λ)·x′. The losses for both targets are mixed alike, with λ drawn from Beta(`alpha`, `alpha`) at each step. Supports all modalities except text and tables.",
    source: "Zhang et al., 2018, §2; one λ for each modality as in Nagrani et al., 2021",
    options: {
      alpha: {
        type: { kind: "number", min: 0.001 },
        default: 0.3,
        doc: "Shape of the distribution of λ: near 0 rows are hardly mixed, at 1 every λ is equally likely.",
      },
      per: {
        type: { kind: "one_of", options: ["batch", "modality"] },
        default: "batch",
        doc: "One λ for all modalities, or one for each. With one for each, `from` lists predictions of one modality each, whose targets are mixed by the λ of their modality.",
      },
    },
  },
  code_switch: {
    doc: "Replaces words of a text by translations, at random for each example and epoch, before the text is split into tokens. The tokenizer learns from the translations too. In prediction and evaluation texts are as they are.",
    source: "M3P (Ni et al., 2021), section 3.2; CoSDA-ML (Qin et al., 2020)",
    options: {
      dictionary: {
        type: { kind: "string", names: "table" },
        required: true,
        doc: "A table with the columns `word`, `language` and `translation`, which may be phrases; relative to the specification. Upper and lower case of words make no difference.",
      },
      languages: {
        type: { kind: "list", element: { kind: "string" }, distinct: true },
        doc: "The languages of the translations; by default all that the dictionary has.",
      },
      sentences: { type: { kind: "rate" }, default: 1, doc: "Probability that words of a text are replaced at all." },
      words: {
        type: { kind: "rate" },
        default: 0.5,
        doc: "Probability that a word which the dictionary has is replaced: by any of its languages with equal probability, and by any of the word's translations in it.",
      },
      count: {
        type: { kind: "int", min: 1 },
        unit: "words",
        doc: "Replaces exactly this number of words, or all that the dictionary has if they are fewer, instead of each with the probability `words`.",
      },
      of: {
        type: { kind: "list", element: { kind: "name", of: "modality" }, distinct: true },
        doc: "The texts that are changed; by default all that the task reads.",
      },
    },
  },
  flip: {
    doc: "Mirrors a picture, at random for each example and epoch; all frames of a video alike.",
    source: "torchvision, RandomHorizontalFlip and RandomVerticalFlip",
    options: {
      direction: {
        type: { kind: "one_of", options: ["horizontal", "vertical"] },
        default: "horizontal",
        doc: "`horizontal` swaps left and right, `vertical` top and bottom.",
      },
      chance: { type: { kind: "rate" }, default: 0.5, doc: "Probability that a picture is mirrored." },
      of,
    },
  },
  crop: {
    doc: "Adds `padding` pixels of the background on every side of a picture and cuts the picture's size out at a random position, which moves it by up to `padding` pixels.",
    source: "torchvision, RandomCrop",
    options: {
      padding: { type: { kind: "int", min: 1, max: 4096 }, default: 4, unit: "pixels", doc: "Pixels on each side." },
      of,
    },
  },
  resized_crop: {
    doc: "Cuts a random part out of a picture, of an aspect ratio between 3 ∕ 4 and 4 ∕ 3 of the picture's own, and scales it to the picture's size by bilinear interpolation.",
    source: "torchvision, RandomResizedCrop; Szegedy et al., 2015, §6",
    options: {
      area: { type: { kind: "rate" }, default: 0.08, doc: "The smallest share of the picture's area that is kept." },
      of,
    },
  },
  rotate: {
    doc: "Turns a picture about its centre by an angle between −`degrees` and `degrees`, with bilinear interpolation; what comes into view is background.",
    source: "torchvision, RandomRotation",
    options: {
      degrees: { type: { kind: "number", min: 0, max: 180 }, default: 15, unit: "degrees", doc: "The largest angle." },
      of,
    },
  },
  jitter: {
    doc: "Changes the brightness, contrast, saturation and hue of a picture in a random order, each by a factor between 1 − x and 1 + x. Opacity stays.",
    source: "torchvision, ColorJitter",
    options: {
      brightness: strength("Largest change of the brightness."),
      contrast: strength("Largest change of the contrast to the picture's mean grey."),
      saturation: strength("Largest change of the contrast to each pixel's grey; grey pictures have none."),
      hue: {
        type: { kind: "number", min: 0, max: 0.5 },
        default: 0,
        doc: "The largest turn of the hue in either direction, where 1 is the whole circle of colours; grey pictures have none.",
      },
      of,
    },
  },
} as const satisfies CallableTable;

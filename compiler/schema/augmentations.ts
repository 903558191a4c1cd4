import type { CallableTable } from "./types.ts";

/** Augmentations of training batches. Evaluation and prediction see examples unchanged. */
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
} as const satisfies CallableTable;

import type { CallableTable } from "./types.ts";

/** What training makes of a batch before the model sees it; evaluation and prediction see examples as they are. */
export const augmentations = {
  mixup: {
    doc: "Mixes each row of a batch with the row opposite (the first with the last, and so on): λ·x + (1−λ)·x′, and the losses by both targets likewise, with λ drawn from Beta(`alpha`, `alpha`) at each step. Needs modalities that can be mixed, which are all but text and tables.",
    source: "Zhang et al., 2018, §2; one λ for each modality as in Nagrani et al., 2021",
    options: {
      alpha: {
        type: { kind: "number", min: 0.001 },
        default: 0.3,
        doc: "How evenly rows are mixed: near 0 hardly at all, 1 by any share alike.",
      },
      per: {
        type: { kind: "one_of", options: ["batch", "modality"] },
        default: "batch",
        doc: "One λ for all modalities, or one for each. With one for each, `from` lists predictions of one modality each, whose targets are mixed by the λ of their modality.",
      },
    },
  },
} as const satisfies CallableTable;

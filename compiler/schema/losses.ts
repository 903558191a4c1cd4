import type { CallableTable } from "./types.ts";

/**
 * Losses. Each is the mean over rows weighted by `row_weight`. A task's loss is one of them or a weighted sum:
 * `cross_entropy + 0.1 * focal`.
 */
export const losses = {
  cross_entropy: {
    doc: "Softmax cross-entropy (`category`, `aligned`), or its mean over the hidden tokens or regions of a row (`masked`, `masked_classes`).",
    options: {
      label_smoothing: {
        type: { kind: "rate" },
        default: 0,
        doc: "Mixes the target with the uniform distribution: (1−ε)·y + ε/K (Szegedy et al., 2016).",
      },
    },
  },
  kl_divergence: {
    doc: "Kullback–Leibler divergence of the predicted distribution over classes from the target's, its mean over the hidden regions of a row (`masked_classes`). Its gradient is that of `cross_entropy`; it is 0 for a prediction without error.",
    source: "Lu et al., 2019, §3.2",
    options: {},
  },
  focal: {
    doc: "Cross-entropy scaled by (1−p)^gamma, for rare classes (`category`, `aligned`, `masked`, `masked_classes`).",
    source: "Lin et al., 2017, eq. 4",
    options: {
      gamma: {
        type: { kind: "number", min: 0 },
        default: 2,
        doc: "Strength with which easy rows are weighted down; 0 is cross-entropy.",
      },
    },
  },
  binary_cross_entropy: {
    doc: "Sigmoid cross-entropy of `labels` over classes, or over the candidates of a row (`ranking`, `matching`), of which those with a relevance above 0 are right, or over its regions (`choice`), whose overlap is the probability to be right.",
    source: "the sum over classes as in Nagrani et al., 2021",
    options: {
      reduction: {
        type: { kind: "one_of", options: ["sum", "mean"] },
        default: "mean",
        doc: "Reduction over the classes or candidates of one row.",
      },
    },
  },
  mse: { doc: "Squared error of a number; of several, and of those of hidden parts, the mean over them.", options: {} },
  mae: { doc: "Absolute error of a number; of several, the mean over them.", options: {} },
  huber: {
    doc: "Squared error of a number within `delta`, linear outside; of several, the mean over them.",
    source: "Huber, 1964",
    options: {
      delta: { type: { kind: "number", min: 0 }, default: 1, doc: "Absolute error above which the loss is linear." },
    },
  },
  info_nce: {
    doc: "−log P of the value that belongs to a row's other one, among those of the batch, with P the softmax of the scores divided by the temperature; the mean over both directions (`contrastive`).",
    source: "van den Oord et al., 2018, eq. 4; both directions and the learned temperature: Radford et al., 2021",
    options: {
      temperature: {
        type: { kind: "number", min: 0.01, max: 100 },
        default: 0.07,
        doc: "The temperature, or its initial value if it is learned.",
      },
      learned: {
        type: { kind: "bool" },
        default: true,
        doc: "If true, the logarithm of 1 ∕ temperature is a weight, `task.NAME.loss.log_scale`. The temperature stays above 0.01.",
      },
    },
  },
  pairwise_sigmoid: {
    doc: "Sigmoid cross-entropy of each pair of a batch by itself, summed over the pairs of a row: the scores divided by the temperature, plus a bias, where only a row's own pair is right (`contrastive`).",
    source: "Zhai et al., 2023, eq. 2",
    options: {
      temperature: {
        type: { kind: "number", min: 0.01, max: 100 },
        default: 0.1,
        doc: "The temperature, or its initial value if it is learned.",
      },
      bias: {
        type: { kind: "number" },
        default: -10,
        doc: "The bias, or its initial value if it is learned: nearly all pairs are wrong at first.",
      },
      learned: {
        type: { kind: "bool" },
        default: true,
        doc: "If true, `log_scale` and `bias` are weights in `task.NAME.loss`. The temperature stays above 0.01.",
      },
    },
  },
  listwise: {
    doc: "−log P of the relevant candidate of a row (`ranking`, `matching`, `choice`), with P the softmax of γ times the scores over a row's candidates. Graded relevance is normalised to 1 and weighs the candidates.",
    source: "MT-DNN (Liu et al., 2019), eq. 5 and 6",
    options: { gamma: { type: { kind: "number", min: 0 }, default: 1, doc: "γ, which sharpens the softmax." } },
  },
} as const satisfies CallableTable;

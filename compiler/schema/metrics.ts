import type { CallableTable } from "./types.ts";

const averaging = {
  average: {
    type: { kind: "one_of", options: ["macro", "micro"] },
    default: "macro",
    doc: "Mean over classes, or over the counts of all classes together.",
  },
  of: { type: { kind: "string" }, doc: "Name of the only class that is measured." },
} as const;

const overlap = { type: { kind: "number", min: 0.01, max: 1 } } as const;

const query = {
  type: { kind: "name", of: "modality" },
  doc: "For `contrastive`: the modality for whose values those of the other one are ranked; by default the mean over both.",
} as const;

/** Metrics over a whole split, by target. They follow scikit-learn's definition if it has one. */
export const metrics = {
  accuracy: {
    doc: "Fraction of rows whose most probable class is right (`category`, `aligned`), of tokens (`masked`, and `sequence` with the right tokens before each), or of rows whose first candidate or chosen region is right (`ranking`, `matching`, `choice`).",
    source: "sklearn.metrics.accuracy_score; ties of a ranking by their expectation",
    options: {},
  },
  top_k: {
    doc: "Fraction of rows whose class is among the k most probable (`category`), or of tokens (`masked`, `sequence`).",
    source: "sklearn.metrics.top_k_accuracy_score, which takes the last of equal scores first",
    options: {
      k: { type: { kind: "int", min: 1 }, default: 5, doc: "Number of most probable classes that count as right." },
    },
  },
  f1: {
    doc: "Harmonic mean of precision and recall (`category`, `labels`).",
    source: "sklearn.metrics.f1_score, zero_division=0",
    options: averaging,
  },
  precision: {
    doc: "Fraction of the rows predicted as a class that have it (`category`, `labels`).",
    source: "sklearn.metrics.precision_score, zero_division=0",
    options: averaging,
  },
  recall: {
    doc: "Fraction of the rows of a class that are predicted as it (`category`, `labels`). The macro mean counts 0 for a class that is predicted but that no row has; balanced accuracy leaves it out.",
    source: "sklearn.metrics.recall_score, zero_division=0",
    options: averaging,
  },
  matthews: {
    doc: "Matthews correlation coefficient (`category`).",
    source: "sklearn.metrics.matthews_corrcoef",
    options: {},
  },
  calibration_error: {
    doc: "Expected calibration error: the distance between the greatest probability and the fraction of rows that are right, over bins of equal width (`category`).",
    source: "Guo et al., 2017, eq. 3; bins (a, b]",
    options: {
      bins: {
        type: { kind: "int", min: 1, max: 1000000 },
        default: 15,
        doc: "Number of bins between 0 and 1.",
      },
    },
  },
  mse: {
    doc: "Mean squared error (`number`; of `vector` the mean over its numbers).",
    source: "sklearn.metrics.mean_squared_error",
    options: {},
  },
  mae: {
    doc: "Mean absolute error (`number`; of `vector` the mean over its numbers).",
    source: "sklearn.metrics.mean_absolute_error",
    options: {},
  },
  rmse: {
    doc: "Root mean squared error (`number`; of `vector` the mean over its numbers).",
    source: "sklearn.metrics.root_mean_squared_error",
    options: {},
  },
  mape: {
    doc: "Mean absolute error as a fraction of the target, `|y − ŷ| ∕ max(|y|, 2.2e-16)` (`number`; of `vector` the mean over its numbers); a target of 0 makes it very large.",
    source: "sklearn.metrics.mean_absolute_percentage_error",
    options: {},
  },
  r2: {
    doc: "Coefficient of determination (`number`; of `vector` the mean over its numbers).",
    source: "sklearn.metrics.r2_score",
    options: {},
  },
  pearson: { doc: "Pearson's correlation (`number`).", source: "scipy.stats.pearsonr", options: {} },
  spearman: {
    doc: "Spearman's rank correlation, ties averaged (`number`).",
    source: "scipy.stats.spearmanr",
    options: {},
  },
  perplexity: {
    doc: "e to the mean negative logarithm of each right token's probability (`masked`, `sequence`).",
    source: "Jelinek et al., 1977",
    options: {},
  },
  mean_iou: {
    doc: "Mean intersection over union of the chosen region with the right one's box (`choice`).",
    source: "Everingham et al., 2010, §4.2; ties by their expectation",
    options: {},
  },
  iou_at: {
    doc: "Fraction of rows whose chosen region has at least this intersection over union with the right one's box (`choice`). `accuracy` is that at the target's own `overlap`, or that the region is the very one.",
    source: "Everingham et al., 2010, §4.2; ties by their expectation",
    options: { least: { type: { kind: "rate" }, default: 0.5, doc: "The least intersection over union." } },
  },
  soft_accuracy: {
    doc: "Mean share that the label with the highest score has in the target (`labels` with `soft`): VQA accuracy, where a row's shares are min(1, people who gave the answer ∕ 3).",
    source: "Antol et al., 2015, §3; ties by their expectation",
    options: {},
  },
  exact_match: {
    doc: "Fraction of rows whose generated text is the right one (`sequence`).",
    source: "Rajpurkar et al., 2016, without their normalisation",
    options: {},
  },
  bleu: {
    doc: "Agreement of generated texts with the right ones in one to four successive words, over all rows together, from 0 to 1 (`sequence`). Words are those of the tokenizer 13a.",
    source: "sacrebleu.corpus_bleu, divided by 100",
    options: {},
  },
  chrf: {
    doc: "F-score of one to six successive characters of generated texts, white space left out, in which recall counts twice, from 0 to 1 (`sequence`).",
    source: "sacrebleu.corpus_chrf, divided by 100",
    options: {},
  },
  rouge_l: {
    doc: "Mean over rows of the F-score of the longest common subsequence of words of the generated text and the right one, from 0 to 1 (`sequence`). Words are runs of the letters a to z and digits, in lower case.",
    source: "rouge_score's rougeL, without a stemmer",
    options: {},
  },
  span_f1: {
    doc: "F-score of the spans that tags such as `B-PER`, `I-PER` and `O` make, over all rows together (`tags`): a predicted span is right if its kind and both ends are.",
    source: "seqeval.metrics.f1_score, micro, not strict",
    options: {},
  },
  mean_average_precision: {
    doc: "Mean over classes of average precision (`labels`, not interpolated; `boxes`, at 101 recalls, where a detection is right if it overlaps an object of its class enough, and the mean is also over the overlaps .5, .55, … .95). Each query of `boxes` is one detection, of its most probable class.",
    source: "sklearn.metrics.average_precision_score, macro; of boxes pycocotools' COCOeval, all areas, 100 detections",
    options: {
      iou: { ...overlap, doc: "For `boxes`: the only overlap, as intersection over union; by default COCO's ten." },
    },
  },
  recall_at_iou: {
    doc: "Fraction of the objects of a class that a detection of the class overlaps enough, each with a detection of its own; the mean over classes (`boxes`). All queries count.",
    source: "pycocotools' COCOeval, all areas, 100 detections",
    options: { iou: { ...overlap, default: 0.5, doc: "The least overlap, as intersection over union." } },
  },
  average_precision: {
    doc: "Area under the precision–recall curve, not interpolated (`category`, `labels`). With two classes it is that of the second class, in the order of their names unless `classes` lists them; with more, of each class against the rest. Classes that no row has are left out of the mean for `category`, and count as 0 for `labels`.",
    source: "sklearn.metrics.average_precision_score",
    options: averaging,
  },
  roc_auc: {
    doc: "Area under the ROC curve: the chance that a row of the class has a higher probability of it than a row of another class (`category`, `labels`). With two classes it is that of the second class, which equals that of the first; with more, of each class against the rest. Classes that no row has, or that every row has, are left out of the mean; if none is left, it is undefined.",
    source: 'sklearn.metrics.roc_auc_score, multi_class="ovr"',
    options: averaging,
  },
  mrr: {
    doc: "Mean reciprocal rank of the first relevant candidate (`ranking`, `matching`, `choice`).",
    source: "Voorhees, 1999; ties by their expectation",
    options: {},
  },
  recall_at: {
    doc: "Fraction of rows of which a right candidate is among the first k (`contrastive`, `ranking`, `matching`, `choice`).",
    source: "Karpathy & Fei-Fei, 2015, §4.1; ties by their expectation",
    options: {
      k: { type: { kind: "int", min: 1 }, default: 1, doc: "Number of first ranks that count." },
      query,
    },
  },
  mean_recall: {
    doc: "Mean of `recall_at(1)`, `recall_at(5)` and `recall_at(10)` (`contrastive`, `ranking`, `matching`).",
    source: "Huang et al., 2017, §5.1",
    options: { query },
  },
  median_rank: {
    doc: "Median over rows of the rank of the first right candidate, from 1 (`contrastive`, `ranking`, `matching`); of both directions of `contrastive` the mean of their medians.",
    source: "Karpathy & Fei-Fei, 2015, §4.1; ties by their expectation",
    options: { query },
  },
  ndcg: {
    doc: "Discounted cumulative gain over that of the best order (`ranking`).",
    source: "sklearn.metrics.ndcg_score",
    options: { k: { type: { kind: "int", min: 1 }, doc: "Number of first ranks that count; all by default." } },
  },
} as const satisfies CallableTable;

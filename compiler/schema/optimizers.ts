import type { CallableTable } from "./types.ts";

const rate = { type: { kind: "number", min: 0 }, required: true, doc: "Learning rate, before the schedule." } as const;
const groups = {
  type: { kind: "list", element: { kind: "call", family: "weight_group" } },
  doc: 'Groups of weights with their own rate or decay: `[group("task.**", rate: 1e-3)]`.',
} as const;
const moments = {
  beta1: { type: { kind: "rate" }, default: 0.9, doc: "Decay of the mean of gradients." },
  beta2: { type: { kind: "rate" }, default: 0.999, doc: "Decay of the mean of squared gradients." },
  epsilon: { type: { kind: "number", min: 0 }, default: 1e-8, doc: "Added to the root of the mean of squares." },
} as const;

/**
 * Optimizers. Their state is kept by weight name; `untouched` says what happens to a weight that a step does not use.
 */
export const optimizers = {
  sgd: { doc: "Plain gradient descent.", options: { rate, groups } },
  momentum: {
    doc: "Gradient descent with momentum: v ← μ·v + g; w ← w − rate·v.",
    source: "Sutskever et al., 2013, in PyTorch's form",
    options: {
      rate,
      momentum: { type: { kind: "rate" }, default: 0.9, doc: "μ." },
      nesterov: { type: { kind: "bool" }, default: false, doc: "Look ahead: w ← w − rate·(g + μ·v)." },
      groups,
    },
  },
  adam: { doc: "Adaptive moments.", source: "Kingma & Ba, 2015, algorithm 1", options: { rate, ...moments, groups } },
  adamw: {
    doc: "Adam with decoupled weight decay. Biases, norms and other weights of rank 1 are not decayed.",
    source: "Loshchilov & Hutter, 2019, algorithm 2",
    options: {
      rate,
      weight_decay: { type: { kind: "number", min: 0 }, default: 0.01, doc: "w ← w − rate·decay·w." },
      ...moments,
      groups,
    },
  },
  adamax: {
    doc: "Adam with the largest recent gradient instead of the root of the mean of squares. Decay is decoupled, as in `adamw`.",
    source: "Kingma & Ba, 2015, algorithm 2, with ε as in PyTorch",
    options: {
      rate,
      beta1: moments.beta1,
      beta2: { type: { kind: "rate" }, default: 0.999, doc: "Decay of the largest gradient." },
      epsilon: { type: { kind: "number", min: 0 }, default: 1e-8, doc: "Added to the size of each gradient." },
      weight_decay: { type: { kind: "number", min: 0 }, default: 0, doc: "w ← w − rate·decay·w." },
      groups,
    },
  },
  lamb: {
    doc: "Adam with a step proportional to the norm of the weight, for large batches. Weights of rank 1 are not decayed and take Adam's step.",
    source: "You et al., 2020, algorithm 2, with φ(z) = z",
    options: {
      rate,
      weight_decay: {
        type: { kind: "number", min: 0 },
        default: 0.01,
        doc: "λ: decay is part of the direction, r + λ·w.",
      },
      ...moments,
      epsilon: { ...moments.epsilon, default: 1e-6 },
      groups,
    },
  },
  adafactor: {
    doc: "Adaptive steps in little memory: the mean of squared gradients of a matrix is kept for each row and each column only.",
    source: "Shazeer & Stern, 2018, algorithms 4 and 5",
    options: {
      rate: {
        type: rate.type,
        default: 1e-2,
        doc: "Learning rate, before the schedule; with `relative_step` the largest fraction of a weight's size that one step changes.",
      },
      relative_step: {
        type: { kind: "bool" },
        default: true,
        doc: "If true, the step size is max(ε₂, RMS(w))·min(rate, 1∕√t), where t counts the weight's updates; otherwise it is `rate`.",
      },
      clip: {
        type: { kind: "number", min: 1e-3 },
        default: 1,
        doc: "d: the largest root mean square of an update, before the rate.",
      },
      decay_exponent: {
        type: { kind: "number", min: 0, max: 1 },
        default: 0.8,
        doc: "The mean of squared gradients keeps the fraction 1 − t^−exponent.",
      },
      beta1: {
        type: { kind: "rate" },
        default: 0,
        doc: "Decay of the mean of updates; with 0 there is none, and it takes no memory.",
      },
      epsilon1: { type: { kind: "number", min: 1e-37 }, default: 1e-30, doc: "Added to squared gradients." },
      epsilon2: {
        type: { kind: "number", min: 0 },
        default: 1e-3,
        doc: "Lower bound of the size of a weight, for `relative_step`.",
      },
      weight_decay: { type: { kind: "number", min: 0 }, default: 0, doc: "w ← w − rate·decay·w." },
      groups,
    },
  },
} as const satisfies CallableTable;

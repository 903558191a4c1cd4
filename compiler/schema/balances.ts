import type { CallableTable } from "./types.ts";

/** Ways to combine the losses of several tasks into one update. */
export const balances = {
  fixed: { doc: "The sum of the tasks' losses, each times its `weight`.", options: {} },
  homoscedastic: {
    doc: "Each loss is divided by a variance that is learnt with the weights, and the logarithm of the variance is added.",
    source: "Kendall et al. (2018), equations 7 and 10",
    options: {
      rate: { type: { kind: "number", min: 0 }, default: 0.025, doc: "Step size of the logarithms of the variances." },
      initial: { type: { kind: "number" }, default: 0, doc: "Initial value of the logarithms of the variances." },
    },
  },
  dwa: {
    doc: "Dynamic weight average: a task whose loss falls more slowly than the others' gets more weight in the next epoch.",
    source: "Liu, Johns & Davison (2019), equation 7",
    options: {
      temperature: {
        type: { kind: "number", min: 0.01 },
        default: 2,
        doc: "Temperature of the softmax over tasks; a large one tends to equal weights.",
      },
    },
  },
  gradnorm: {
    doc: "Weights that bring the norms of the tasks' gradients to a common size, larger for tasks that learn more slowly.",
    source: "GradNorm (Chen et al., 2018), equation 2",
    options: {
      alpha: {
        type: { kind: "number", min: 0 },
        default: 1.5,
        doc: "Strength with which slow tasks are sped up; 0 makes all norms equal.",
      },
      rate: { type: { kind: "number", min: 0 }, default: 0.025, doc: "Step size of the weights." },
    },
  },
  pcgrad: {
    doc: "If two tasks' gradients of shared weights conflict (their dot product is negative), each is projected onto the normal plane of the other.",
    source: "PCGrad (Yu et al., 2020), algorithm 1",
    options: {},
  },
} as const satisfies CallableTable;

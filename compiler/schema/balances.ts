import type { CallableTable } from "./types.ts";

const lowest = {
  type: { kind: "either", types: [{ kind: "number" }, { kind: "map", value: { kind: "number" }, keys: "task" }] },
  default: 0,
  doc: "A lower bound of each task's loss, times its `weight`: one number for all, or a map by task, in which omitted tasks have 0.",
} as const;

const of = {
  type: { kind: "one_of", options: ["weights", "representation"] },
  doc: "The gradients whose dot products are taken: those of all shared weights, as in the paper and by default; or those of what the tasks compute together, where their heads read it, which costs a second forward pass instead of a backward pass for each task.",
} as const;

/**
 * Ways to combine the losses of several tasks into one update. Those from `mgda` on weigh the gradients of shared weights alone, as in their papers: weights
 * that one task alone uses follow its own loss.
 */
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
  random_loss_weighting: {
    doc: "In each update the losses have the softmax of standard normal numbers as weights, times the number of tasks: a baseline for every other balance.",
    source: "Lin et al. (2022), section 3",
    options: {},
  },
  famo: {
    doc: "Weights that decrease the logarithms of all losses at equal rates, learnt from how much each loss fell: by softmax(ξ) ∕ (loss − `lowest`), times a common number.",
    source: "FAMO (Liu et al., 2023), algorithm 1",
    options: {
      losses: {
        type: { kind: "one_of", options: ["same_batch", "next_batch"] },
        default: "same_batch",
        doc: "The losses after an update, with which those before it are compared: those of the same rows, by a second forward pass as in the authors' code; or those of the next update's rows, which cost nothing and are noisier.",
      },
      rate: { type: { kind: "number", min: 0 }, default: 0.025, doc: "Learning rate of ξ, which Adam trains." },
      gamma: {
        type: { kind: "number", min: 0 },
        default: 0.01,
        doc: "Decay of ξ towards equal weights. In steps of few rows a larger one is steadier.",
      },
      lowest,
    },
  },
  stch: {
    doc: "Smooth Tchebycheff scalarisation: μ·log Σ e^((loss − `lowest`) ∕ μ), a smooth maximum of the losses, times the number of tasks.",
    source: "Lin et al. (2024), section 3",
    options: {
      mu: {
        type: { kind: "number", min: 1e-6 },
        default: 1,
        doc: "Smoothness μ: a small one trains the largest loss alone, a large one tends to equal weights.",
      },
      warmup: {
        type: { kind: "number", min: 0 },
        default: 0,
        unit: "epochs",
        doc: "Epochs in which the sum of the logarithms of the losses is trained, as in the authors' code. Afterwards the logarithm of each loss, relative to its mean in the last of these epochs, replaces the loss.",
      },
      lowest,
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
      of,
    },
  },
  pcgrad: {
    doc: "If two tasks' gradients of shared weights conflict (their dot product is negative), each is projected onto the normal plane of the other.",
    source: "PCGrad (Yu et al., 2020), algorithm 1",
    options: { of },
  },
  mgda: {
    doc: "The shortest convex combination of the tasks' gradients, times the number of tasks: an update that makes no loss larger, if there is one.",
    source: "Sener & Koltun (2018), equation 3; Désidéri (2012)",
    options: { of },
  },
  cagrad: {
    doc: "Conflict-averse gradient: near the mean of the tasks' gradients, the direction in which the task that gains least gains most; times the number of tasks.",
    source: "CAGrad (Liu et al., 2021), algorithm 1",
    options: {
      c: {
        type: { kind: "number", min: 0 },
        default: 0.4,
        doc: "Radius around the mean gradient, relative to its norm: 0 is `fixed`, and a large one tends to `mgda`.",
      },
      of,
    },
  },
  nash_mtl: {
    doc: "Weights α of a Nash bargain, with G·α = 1 ∕ α for the dot products G of the tasks' gradients: gradients of any length count alike. The norm of the update of shared weights is the root of the number of tasks, so clip it (`clip: 1.0`), as the authors do.",
    source: "Nash-MTL (Navon et al., 2022), claim 3.1",
    options: {
      every: {
        type: { kind: "int", min: 1 },
        default: 1,
        unit: "updates",
        doc: "The weights are computed in one of this number of updates, and kept in between.",
      },
      of,
    },
  },
  aligned_mtl: {
    doc: "The tasks' gradients are replaced by the nearest orthogonal ones of equal length, which is the smallest singular value, and added.",
    source: "Aligned-MTL (Senushkin et al., 2023), algorithm 1",
    options: { of },
  },
  upgrad: {
    doc: "Each task's gradient is projected onto the directions that conflict with no task, and the projections are added.",
    source: "UPGrad of Jacobian descent (Quinton & Rey, 2024)",
    options: { of },
  },
} as const satisfies CallableTable;

import { describe, expect, test } from "vitest";
import type { ResolvedBalance } from "../../compiler/schema/resolved.ts";
import { type BalancedTask, type BalancerState, weigh } from "../../runtime/train/balance/balancer.ts";
import { dwaFactors } from "../../runtime/train/balance/dwa.ts";
import { gradnormStep } from "../../runtime/train/balance/gradnorm.ts";
import { gramOf } from "../../runtime/train/balance/gram.ts";
import { openBalancer } from "../../runtime/train/balance/index.ts";
import { projectedWeights } from "../../runtime/train/balance/pcgrad.ts";
import { projectConflicts } from "../../runtime/train/balance/project-gradients.ts";
import { generator } from "../../runtime/random/generator.ts";

const tasks: readonly BalancedTask[] = [
  { name: "a", target: "number" },
  { name: "b", target: "other" },
];

interface Step {
  readonly losses: readonly [number, number];
  /** Gradients of one shared weight. */
  readonly shared: readonly [readonly number[], readonly number[]];
}

interface Opened {
  balance(step: Step): readonly number[];
  /** Is given the losses after the update, if the balancer asks for them. */
  learn(losses: readonly [number, number]): void;
  state(): BalancerState;
  restore(state: BalancerState): void;
}

const named = (losses: readonly number[]) => losses.map((loss, index) => ({ task: tasks[index]?.name ?? "", loss }));

function open(options: ResolvedBalance, epochSteps = 1, present = tasks.length): Opened {
  const balancer = openBalancer({ options, tasks, epochSteps, random: generator(1, "balance") });
  return {
    balance: ({ losses, shared }) => {
      const step = named(losses).slice(0, present);
      return weigh(balancer, step, () =>
        gramOf(
          shared.map((gradient) => new Map([["shared", gradient]])),
          new Set(["shared"]),
        ),
      );
    },
    learn: (losses) => {
      if (balancer.needs === "losses") balancer.learn?.(named(losses));
    },
    state: () => balancer.state(),
    restore: (state) => balancer.restore(state),
  };
}

const step = (losses: Step["losses"], shared: Step["shared"] = [[1], [1]]): Step => ({ losses, shared });

const close = (found: readonly number[], expected: readonly number[], digits = 5) => {
  expect(found.length).toBe(expected.length);
  for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected[index] ?? NaN, digits);
};

describe("homoscedastic (Kendall et al., 2018)", () => {
  const options: ResolvedBalance = { kind: "homoscedastic", rate: 0.1, initial: -0.5 };

  test("factors and gradients at s = −0.5", () => {
    const balancer = open(options);
    close(balancer.balance(step([2, 0.5])), [0.5 * Math.exp(0.5), Math.exp(0.5)]);
    // d/ds = ½ − c·e^(−s)·L: −1.148721 for c = ½, L = 2, and for c = 1, L = 0.5 0.5 − 0.824361.
    close(balancer.state()["logVariances"] ?? [], [-0.5 + 0.1 * 1.148721, -0.5 + 0.1 * 0.324361]);
  });

  test("comes to rest at s = ln L for c = ½ and ln 2L for c = 1", () => {
    const balancer = open(options);
    for (let index = 0; index < 2000; index++) balancer.balance(step([2, 0.5]));
    close(balancer.state()["logVariances"] ?? [], [Math.log(2), Math.log(1)], 4);
  });

  test("a task that is not in a step keeps its variance, and a loss of 0 does not diverge", () => {
    const balancer = open({ ...options, rate: 1 }, 1, 1);
    for (let index = 0; index < 100; index++) balancer.balance(step([0, 3]));
    expect(balancer.state()["logVariances"]).toEqual([-10, -0.5]);
  });
});

describe("dynamic weight average (Liu, Johns & Davison, 2019)", () => {
  test("published factors", () => {
    close(dwaFactors([0.5, 0.9], 2), [0.900332, 1.099668]);
    close(dwaFactors([0.5, 0.9], 1), [0.802625, 1.197375]);
    close(dwaFactors([0.8 / 1, 1.2 / 1.5, 0.3 / 0.6], 2), [1.048691, 1.048691, 0.902617]);
  });

  test("is 1 for two epochs, then follows their averages, and is constant in an epoch", () => {
    const balancer = open({ kind: "dwa", temperature: 2 }, 2);
    for (const loss of [0.5, 1.5]) close(balancer.balance(step([loss, loss])), [1, 1]);
    for (const [left, right] of [
      [0.4, 1.0],
      [0.6, 0.8],
    ] as const)
      close(balancer.balance(step([left, right])), [1, 1]);
    close(balancer.balance(step([9, 9])), [0.900332, 1.099668]);
    close(balancer.balance(step([1, 1])), [0.900332, 1.099668]);
  });

  test("an average of 0 has ratio 1, and nothing overflows", () => {
    close(dwaFactors([1e6, 0], 2), [2, 0]);
    const balancer = open({ kind: "dwa", temperature: 2 });
    for (let index = 0; index < 5; index++) close(balancer.balance(step([0, 0])), [1, 1]);
  });
});

describe("GradNorm (Chen et al., 2018)", () => {
  test("a step by hand", () => {
    const given = { weights: [1, 1], norms: [4, 1], relative: [0.5, 1], rate: 0.025 };
    close(gradnormStep({ ...given, alpha: 1.5 }), [0.935065, 1.064935]);
    close(gradnormStep({ ...given, alpha: 0 }), [0.935065, 1.064935]);
  });

  test("changes nothing where norms and rates are equal, or where nothing moves", () => {
    close(gradnormStep({ weights: [1, 1], norms: [2, 2], relative: [0.5, 0.5], alpha: 1.5, rate: 0.025 }), [1, 1]);
    close(gradnormStep({ weights: [0.4, 1.6], norms: [0, 0], relative: [1, 1], alpha: 1.5, rate: 0.025 }), [0.4, 1.6]);
  });

  test("makes the norms of the gradients equal", () => {
    const balancer = open({ kind: "gradnorm", alpha: 0, rate: 0.001 });
    let used: readonly number[] = [];
    for (let index = 0; index < 2000; index++)
      used = balancer.balance(
        step(
          [1, 1],
          [
            [3, 0],
            [0, 1],
          ],
        ),
      );
    close([(used[0] ?? 0) * 3, (used[0] ?? 0) + (used[1] ?? 0)], [(used[1] ?? 0) * 1, 2], 1);
  });
});

describe("PCGrad (Yu et al., 2020)", () => {
  /** The sum of the projected gradients, from the gradients as runs of semantics 1 compute it, and from their dot products. */
  const project = (gradients: readonly (readonly number[])[], orders: readonly (readonly number[])[]) => {
    const copies = gradients.map((gradient) => [Float32Array.from(gradient)]);
    projectConflicts(copies, orders);
    const weights = projectedWeights(
      gramOf(
        gradients.map((gradient) => new Map([["shared", gradient]])),
        new Set(["shared"]),
      ),
      orders,
    );
    const sum = (parts: readonly ArrayLike<number>[], factor: (task: number) => number) =>
      gradients[0]?.map((_, at) => parts.reduce((total, part, task) => total + factor(task) * (part[at] ?? 0), 0)) ??
      [];
    close(
      sum(gradients, (task) => weights[task] ?? 0),
      sum(
        copies.map(([copy]) => copy ?? []),
        () => 1,
      ),
    );
    return copies.map(([gradient]) => [...(gradient ?? [])]);
  };

  test("two tasks by hand", () => {
    const found = project(
      [
        [1, 0],
        [-1, 1],
      ],
      [[1], [0]],
    );
    close(found.flat(), [0.5, 0.5, 0, 1]);
  });

  test("three tasks by hand, where the order matters", () => {
    const gradients = [
      [1, 0, 0],
      [-1, 1, 0],
      [-1, -1, 1],
    ];
    close(
      project(gradients, [
        [1, 2],
        [0, 2],
        [0, 1],
      ]).flat(),
      [0.166667, 0.166667, 0.333333, -0.333333, 0.666667, 0.333333, -0.5, -0.5, 1],
    );
    close(
      project(gradients, [
        [2, 1],
        [2, 0],
        [1, 0],
      ]).flat(),
      [0.166667, 0.166667, 0.333333, 0, 1, 0, 0, -1, 1],
    );
  });

  test("does not change gradients without conflict, and zero gradients", () => {
    close(
      project(
        [
          [1, 2],
          [2, 1],
          [0, 0],
        ],
        [
          [1, 2],
          [0, 2],
          [0, 1],
        ],
      ).flat(),
      [1, 2, 2, 1, 0, 0],
    );
    close(
      open({ kind: "pcgrad" }).balance(
        step(
          [1, 1],
          [
            [1, 0],
            [-1, 1],
          ],
        ),
      ),
      [2, 1.5],
    );
  });
});

describe("FAMO (Liu et al., 2023)", () => {
  const options = { kind: "famo", losses: "same_batch", rate: 0.025, gamma: 0, lowest: 0 } as const;

  test("factors and a step of the weights by hand", () => {
    const balancer = open(options);
    // z = (½, ½), so that the shares are (½ ∕ 2, ½ ∕ 0.5) = (¼, 1).
    close(balancer.balance(step([2, 0.5])), [0.4, 1.6]);
    balancer.learn([1, 0.5]);
    // δ = (ln 2, 0) gives the derivative ½·(δ − ½·ln 2) = ±¼·ln 2; the first step of Adam is its sign times the rate.
    close(balancer.state()["logits"] ?? [], [-0.025, 0.025], 6);
    close(balancer.state()["first"] ?? [], [0.1 * 0.25 * Math.LN2, -0.1 * 0.25 * Math.LN2]);
    const shares = [1 / (1 + Math.exp(0.05)) / 1, 1 / (1 + Math.exp(-0.05)) / 0.5];
    close(
      balancer.balance(step([1, 0.5])),
      shares.map((share) => (2 * share) / ((shares[0] ?? 0) + (shares[1] ?? 0))),
    );
  });

  test("the losses of the next batch teach the same where they are those after the update", () => {
    const [same, next] = [open(options), open({ ...options, losses: "next_batch" })];
    const losses = [1, 0.8, 0.9, 0.5, 0.4].map((loss, index): [number, number] => [loss, 1 / (index + 2)]);
    for (const [index, now] of losses.entries()) {
      close(next.balance(step(now)), same.balance(step(now)), 12);
      const after = losses[index + 1];
      if (after) same.learn(after);
    }
  });

  test("counts losses from their lower bounds, decays, and is not upset by a loss that is not finite", () => {
    const shifted = open({ ...options, lowest: { a: -3 } });
    close(shifted.balance(step([-1, 0.5])), [0.4, 1.6]);
    shifted.learn([Number.NaN, 0.5]);
    expect(shifted.state()["logits"]).toEqual([0, 0]);
    const decaying = open({ ...options, gamma: 1 });
    decaying.restore({ ...decaying.state(), logits: [1, -1], before: [1, 1] });
    for (let index = 0; index < 200; index++) decaying.learn([1, 1]);
    close(decaying.state()["logits"] ?? [], [0, 0], 1);
  });
});

describe("smooth Tchebycheff scalarisation (Lin et al., 2024)", () => {
  const options = { kind: "stch", mu: 0.5, warmup: 0, lowest: 0 } as const;

  test("factors by hand, which sum to the number of tasks", () => {
    const share = 1 / (1 + Math.exp(-3));
    close(open(options).balance(step([2, 0.5])), [2 * share, 2 - 2 * share]);
    close(open({ ...options, lowest: { a: 1.5 } }).balance(step([2, 0.5])), [1, 1]);
    close(open({ ...options, mu: 1e-6 }).balance(step([2, 1.999])), [2, 0]);
  });

  test("trains logarithms in the warm-up, then losses relative to their means in its last epoch", () => {
    const balancer = open({ ...options, mu: 1, warmup: 2 }, 2);
    for (const losses of [
      [8, 1],
      [8, 1],
      [4, 1],
      [2, 3],
    ] as const)
      close(balancer.balance(step([...losses])), [1 / losses[0], 1 / losses[1]]);
    // The nadir is (3, 2): 1.5 ∕ 3 = ½ and 4 ∕ 2 = 2 have the softmax (0.2, 0.8) of their logarithms.
    close(balancer.balance(step([1.5, 4])), [(2 * 0.2) / 1.5, (2 * 0.8) / 4]);
  });
});

describe("random loss weighting (Lin et al., 2022)", () => {
  test("has weights of mean 1 that sum to the number of tasks, whatever the losses", () => {
    const [left, right] = [open({ kind: "random_loss_weighting" }), open({ kind: "random_loss_weighting" })];
    const drawn = Array.from({ length: 2000 }, () => left.balance(step([1, 5])));
    expect(drawn[3]).toEqual([0, 1, 2, 3].map(() => right.balance(step([7, 0])))[3]);
    for (const weights of drawn) expect((weights[0] ?? 0) + (weights[1] ?? 0)).toBeCloseTo(2, 12);
    const firsts = drawn.map(([first = 0]) => first);
    expect(firsts.reduce((sum, each) => sum + each, 0) / firsts.length).toBeCloseTo(1, 1);
    // The softmax of two normal numbers is a logistic function of their difference, of variance 2; its square has the mean 0.3.
    expect(firsts.reduce((sum, each) => sum + (each / 2) ** 2, 0) / firsts.length).toBeCloseTo(0.31, 1);
  });
});

const kinds: readonly ResolvedBalance[] = [
  { kind: "fixed" },
  { kind: "homoscedastic", rate: 0.1, initial: 0 },
  { kind: "dwa", temperature: 1 },
  { kind: "gradnorm", alpha: 1, rate: 0.1 },
  { kind: "famo", losses: "same_batch", rate: 0.1, gamma: 0.1, lowest: 0 },
  { kind: "famo", losses: "next_batch", rate: 0.1, gamma: 0.1, lowest: 0 },
  { kind: "stch", mu: 0.5, warmup: 3, lowest: 0 },
  { kind: "nash_mtl", every: 4 },
];

test.each(kinds.map((options) => ({ name: JSON.stringify(options), options })))(
  "$name continues with the same bits after its state is restored",
  ({ options }) => {
    const lossesAt = (index: number): [number, number] => [1 / (index + 1), 2 / Math.sqrt(index + 1)];
    const run = (balancer: Opened, index: number) => {
      const factors = balancer.balance(step(lossesAt(index), [[index], [1]]));
      balancer.learn(lossesAt(index + 0.5));
      return factors;
    };
    const first = open(options, 3);
    for (let index = 0; index < 7; index++) run(first, index);
    const second = open(options, 3);
    second.restore(JSON.parse(JSON.stringify(first.state())));
    for (let index = 7; index < 20; index++) expect(run(second, index)).toEqual(run(first, index));
  },
);

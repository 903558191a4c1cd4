import { describe, expect, test } from "vitest";
import type { ResolvedBalance } from "../../compiler/schema/resolved.ts";
import type { Balancer, BalancedTask, TaskGradients } from "../../runtime/train/balance/balancer.ts";
import { dwaFactors } from "../../runtime/train/balance/dwa.ts";
import { gradnormStep } from "../../runtime/train/balance/gradnorm.ts";
import { openBalancer } from "../../runtime/train/balance/index.ts";
import { projectConflicts } from "../../runtime/train/balance/pcgrad.ts";

const tasks: readonly BalancedTask[] = [
  { name: "a", target: "number" },
  { name: "b", target: "other" },
];

function open(options: ResolvedBalance, epochSteps = 1): Balancer {
  let drawn = 0;
  return openBalancer({ options, tasks, shared: new Set(["shared"]), epochSteps, random: () => (drawn += 0.37) % 1 });
}

/** A step of both tasks, each with gradients of a shared weight and of a weight of its own. */
function step(
  losses: readonly [number, number],
  shared: readonly [readonly number[], readonly number[]] = [[1], [1]],
): readonly TaskGradients[] {
  return tasks.map(({ name }, index) => ({
    task: name,
    loss: losses[index] ?? 0,
    gradients: new Map([
      ["shared", Float32Array.from(shared[index] ?? [])],
      [`own ${name}`, new Float32Array([5])],
    ]),
  }));
}

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

  test("converges to s = ln L for c = ½ and ln 2L for c = 1", () => {
    const balancer = open(options);
    for (let index = 0; index < 2000; index++) balancer.balance(step([2, 0.5]));
    close(balancer.state()["logVariances"] ?? [], [Math.log(2), Math.log(1)], 4);
  });

  test("a task that is not in a step keeps its variance, and a loss of 0 does not diverge", () => {
    const balancer = open({ ...options, rate: 1 });
    for (let index = 0; index < 100; index++) balancer.balance(step([0, 3]).slice(0, 1));
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

  test("uses shared weights only, and makes their norms equal", () => {
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
  const project = (gradients: readonly (readonly number[])[], orders: readonly (readonly number[])[]) => {
    const copies = gradients.map((gradient) => [Float32Array.from(gradient)]);
    projectConflicts(copies, orders);
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

  test("does not change gradients without conflict, zero gradients, and gradients of weights of one task", () => {
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
    const given = step(
      [1, 1],
      [
        [1, 0],
        [-1, 1],
      ],
    );
    expect(open({ kind: "pcgrad" }).balance(given)).toEqual([1, 1]);
    expect([...(given[0]?.gradients.get("own a") ?? [])]).toEqual([5]);
    close([...(given[0]?.gradients.get("shared") ?? [])], [0.5, 0.5]);
  });
});

const kinds: readonly ResolvedBalance[] = [
  { kind: "fixed" },
  { kind: "homoscedastic", rate: 0.1, initial: 0 },
  { kind: "dwa", temperature: 1 },
  { kind: "gradnorm", alpha: 1, rate: 0.1 },
];

test.each(kinds.map((options) => ({ name: options.kind, options })))(
  "$name continues with the same bits after its state is restored",
  ({ options }) => {
    const lossesAt = (index: number): [number, number] => [1 / (index + 1), 2 / Math.sqrt(index + 1)];
    const first = open(options, 3);
    for (let index = 0; index < 7; index++) first.balance(step(lossesAt(index), [[index], [1]]));
    const second = open(options, 3);
    second.restore(JSON.parse(JSON.stringify(first.state())));
    for (let index = 7; index < 20; index++)
      expect(second.balance(step(lossesAt(index), [[index], [1]]))).toEqual(
        first.balance(step(lossesAt(index), [[index], [1]])),
      );
  },
);

import { describe, expect, test } from "vitest";
import type { ResolvedBalance } from "../../compiler/schema/resolved.ts";
import { generator } from "../../runtime/random/generator.ts";
import { weigh } from "../../runtime/train/balance/balancer.ts";
import { gramOf } from "../../runtime/train/balance/gram.ts";
import { openBalancer } from "../../runtime/train/balance/index.ts";

/** Losses and gradients of two tasks at a point. */
interface Toy {
  readonly losses: readonly [number, number];
  readonly gradients: readonly [readonly number[], readonly number[]];
}

interface Descent {
  readonly toy: (point: readonly number[]) => Toy;
  readonly balance: ResolvedBalance;
  readonly steps: number;
  readonly rate: number;
  readonly optimizer: "adam" | "sgd";
}

const names = ["first", "second"];

/** The last point of a descent by the balanced sum of gradients. All weights are shared. */
function descend(start: readonly number[], { toy, balance, steps, rate, optimizer }: Descent): readonly number[] {
  const balancer = openBalancer({
    options: balance,
    tasks: names.map((name) => ({ name, target: "other" })),
    epochSteps: 1,
    random: generator(1, "toy"),
  });
  const lossesOf = (losses: readonly number[]) => losses.map((loss, index) => ({ task: names[index] ?? "", loss }));
  const point = [...start];
  const [first, second] = [point.map(() => 0), point.map(() => 0)];
  for (let step = 1; step <= steps; step++) {
    const { losses, gradients } = toy(point);
    const factors = weigh(balancer, lossesOf(losses), () =>
      gramOf(
        gradients.map((gradient) => new Map([["point", gradient]])),
        new Set(["point"]),
      ),
    );
    for (let axis = 0; axis < point.length; axis++) {
      const gradient = gradients.reduce((sum, each, task) => sum + (factors[task] ?? 1) * (each[axis] ?? 0), 0);
      first[axis] = 0.9 * (first[axis] ?? 0) + 0.1 * gradient;
      second[axis] = 0.999 * (second[axis] ?? 0) + 0.001 * gradient ** 2;
      const mean = (first[axis] ?? 0) / (1 - 0.9 ** step);
      const deviation = Math.sqrt((second[axis] ?? 0) / (1 - 0.999 ** step));
      point[axis] = (point[axis] ?? 0) - rate * (optimizer === "sgd" ? gradient : mean / (deviation + 1e-8));
    }
    if (balancer.needs === "losses") balancer.learn?.(lossesOf(toy(point).losses));
  }
  return point;
}

describe("the two losses of CAGrad (Liu et al., 2021, appendix), from the five starts of Nash-MTL and FAMO", () => {
  const starts = [
    [-8.5, 7.5],
    [0, 0],
    [9, 9],
    [-7.5, -0.5],
    [9, -1],
  ];
  /** log max(|u|, 5e-6) + 6 and its derivative in u. */
  const logarithm = (u: number) =>
    Math.abs(u) < 5e-6 ? { value: Math.log(5e-6) + 6, slope: 0 } : { value: Math.log(Math.abs(u)) + 6, slope: 1 / u };

  function toy([x = 0, y = 0]: readonly number[], scale: number): Toy {
    const [up, down] = [Math.max(0, Math.tanh(y / 2)), Math.max(0, Math.tanh(-y / 2))];
    // Both parts have their slope where they meet, as in the authors' code.
    const [slopeUp, slopeDown] = [y >= 0 ? (1 - up ** 2) / 2 : 0, y <= 0 ? (down ** 2 - 1) / 2 : 0];
    const bend = 1 - Math.tanh(y) ** 2;
    const loss = (
      log: { readonly value: number; readonly slope: number },
      inner: readonly [number, number],
      centre: number,
    ) => {
      const bowl = ((x - centre) ** 2 + 0.1 * (y + 8) ** 2) / 10 - 20;
      return {
        value: log.value * up + bowl * down,
        gradient: [
          log.slope * inner[0] * up + ((x - centre) / 5) * down,
          log.slope * inner[1] * up + log.value * slopeUp + 0.02 * (y + 8) * down + bowl * slopeDown,
        ],
      };
    };
    const first = loss(logarithm((-x - 7) / 2 + Math.tanh(y)), [-0.5, bend], 7);
    const second = loss(logarithm((-x + 3) / 2 - Math.tanh(y) + 2), [-0.5, -bend], -7);
    return {
      losses: [scale * first.value, second.value],
      gradients: [first.gradient.map((slope) => scale * slope), second.gradient],
    };
  }

  /** The Pareto front is the line between the minima of the two bowls. */
  const isOnFront = ([x = 0, y = 0]: readonly number[]) => Math.abs(x) < 7.05 && Math.abs(y + 8.3552) < 0.1;

  const missed = (balance: ResolvedBalance, scale: number, steps: number, rate: number) =>
    starts.filter(
      (start) =>
        !isOnFront(descend(start, { toy: (point) => toy(point, scale), balance, steps, rate, optimizer: "adam" })),
    );

  test("the gradients are those of the losses", () => {
    for (const point of [...starts.filter(([, y]) => y !== 0), [1, -3], [2, 3]]) {
      const { gradients } = toy(point, 0.1);
      for (const axis of [0, 1]) {
        const at = (by: number) =>
          toy(
            point.map((value, index) => (index === axis ? value + by : value)),
            0.1,
          ).losses;
        const [before, after] = [at(-1e-6), at(1e-6)];
        for (const task of [0, 1])
          expect(gradients[task]?.[axis]).toBeCloseTo(((after[task] ?? 0) - (before[task] ?? 0)) / 2e-6, 4);
      }
    }
  });

  test("Adam on the sum misses the front from one of FAMO's five starts", () =>
    expect(missed({ kind: "fixed" }, 0.1, 50_000, 1e-3)).toEqual([[9, 9]]));

  test.each(["same_batch", "next_batch"] as const)("FAMO with losses of the %s reaches it from all", (losses) => {
    const lowest = { first: -2.1, second: -21 };
    expect(missed({ kind: "famo", rate: 0.025, gamma: 0, losses, lowest }, 0.1, 50_000, 1e-3)).toEqual([]);
  });

  test.each<[string, ResolvedBalance, number]>([
    ["MGDA", { kind: "mgda" }, 0.1],
    ["Nash-MTL", { kind: "nash_mtl", every: 1 }, 0.1],
    ["UPGrad", { kind: "upgrad" }, 0.1],
    ["Aligned-MTL", { kind: "aligned_mtl" }, 1],
  ])("%s reaches it from all", (_, balance, scale) => expect(missed(balance, scale, 10_000, 1e-2)).toEqual([]));
});

test("a concave front (Fonseca & Fleming, 1995): a sum of the losses ends at an end of it, STCH between", () => {
  /** fᵢ = 1 − exp(−‖x ∓ 1 ∕ √2‖²) over two variables; the front is the line between the two minima. */
  const toy = (point: readonly number[]): Toy => {
    const part = (sign: number) => {
      const away = point.map((value) => value - sign * Math.SQRT1_2);
      const height = Math.exp(-away.reduce((sum, value) => sum + value ** 2, 0));
      return { loss: 1 - height, gradient: away.map((value) => 2 * value * height) };
    };
    const [first, second] = [part(1), part(-1)];
    return { losses: [first.loss, second.loss], gradients: [first.gradient, second.gradient] };
  };
  const end = (balance: ResolvedBalance) =>
    toy(descend([0.3, 0.2], { toy, balance, steps: 5000, rate: 0.01, optimizer: "sgd" })).losses;
  const [near, far] = end({ kind: "fixed" });
  expect([near, far].every((loss) => loss < 0.1 || loss > 0.9)).toBe(true);
  const [first, second] = end({ kind: "stch", mu: 0.1, warmup: 0, lowest: 0 });
  expect(first).toBeCloseTo(1 - Math.exp(-1), 3);
  expect(second).toBeCloseTo(1 - Math.exp(-1), 3);
});

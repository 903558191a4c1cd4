import { describe, expect, test } from "vitest";
import { slotShapes, updateFormulas, updateScalars } from "../../compiler/differentiate/optimizers/index.ts";
import { applyGraph } from "../../compiler/differentiate/training-graphs.ts";
import type { StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedOptimizer } from "../../compiler/schema/resolved.ts";
import { generator } from "../../runtime/random/generator.ts";
import { interpret } from "../graph/reference.ts";

const STEPS = 25;
const SIZE = 6;
const rateAt = (count: number): number => 0.05 / (1 + 0.1 * count);

/** One random weight and its gradient at each step. */
function problem() {
  const random = generator(3, "optimizer problem");
  const draw = (scale: number): number[] => Array.from({ length: SIZE }, () => scale * random.normal());
  return { start: draw(1), gradients: Array.from({ length: STEPS }, () => draw(0.3)) };
}

/** The weight after each step, through the graph of the update. */
function trajectory(optimizer: ResolvedOptimizer, { decayed }: { readonly decayed: boolean }): number[][] {
  const weight: StageWeight = {
    name: "w",
    kind: "weight",
    shape: [2, 3],
    initializer: { kind: "zeros" },
    trainable: true,
    decayed,
    class: "all",
    tasks: ["t"],
  };
  const graph = applyGraph(["t"], [weight], { optimizer, untouched: "skip" });
  const { start, gradients } = problem();
  let state = new Map<string, ArrayLike<number>>([["w", start]]);
  for (const slot of Object.keys(slotShapes(optimizer, [2, 3]))) state.set(`${slot}/w`, new Float64Array(SIZE));
  return gradients.map((gradient, index) => {
    const scalars = updateScalars(optimizer, { rate: rateAt(index + 1), count: index + 1 });
    const inputs = new Map([
      ...state,
      ["gradient/w", gradient] as const,
      ...Object.entries(scalars).map(([name, value]) => [`update/all/${name}`, [value]] as const),
    ]);
    state = new Map(interpret(graph, inputs));
    return Array.from(state.get("w") ?? []);
  });
}

/** The same, element by element, by `step`: formulas of PyTorch's documentation, with an own state for each element. */
function reference(
  makeStep: () => (weight: number, gradient: number, rate: number, count: number) => number,
): number[][] {
  const { start, gradients } = problem();
  const elements = start.map((value) => ({ value, step: makeStep() }));
  return gradients.map((gradient, index) =>
    elements.map((element, at) => {
      element.value = element.step(element.value, gradient[at] ?? NaN, rateAt(index + 1), index + 1);
      return element.value;
    }),
  );
}

function expectClose(actual: number[][], expected: number[][]): void {
  expect(actual).toHaveLength(STEPS);
  expected.forEach((row, step) => row.forEach((value, at) => expect(actual[step]?.[at]).toBeCloseTo(value, 11)));
}

const moments = { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 };

/** torch.optim.Adam without weight decay, before the weight is decayed or not. */
const adamStep = (options: { readonly beta1: number; readonly beta2: number; readonly epsilon: number }) => {
  let m = 0;
  let v = 0;
  return (weight: number, gradient: number, rate: number, count: number): number => {
    m = options.beta1 * m + (1 - options.beta1) * gradient;
    v = options.beta2 * v + (1 - options.beta2) * gradient ** 2;
    const corrected = m / (1 - options.beta1 ** count);
    return weight - (rate * corrected) / (Math.sqrt(v / (1 - options.beta2 ** count)) + options.epsilon);
  };
};

describe("optimizers follow PyTorch's formulas", () => {
  test("sgd", () => {
    expectClose(
      trajectory({ kind: "sgd", rate: 1 }, { decayed: true }),
      reference(() => (weight, gradient, rate) => weight - rate * gradient),
    );
  });

  test.each([{ nesterov: false }, { nesterov: true }])("momentum, nesterov $nesterov", ({ nesterov }) => {
    const expected = reference(() => {
      let buffer: number | undefined;
      return (weight, gradient, rate) => {
        buffer = buffer === undefined ? gradient : 0.9 * buffer + gradient;
        return weight - rate * (nesterov ? gradient + 0.9 * buffer : buffer);
      };
    });
    expectClose(trajectory({ kind: "momentum", rate: 1, momentum: 0.9, nesterov }, { decayed: true }), expected);
  });

  test.each([moments, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, { beta1: 0, beta2: 0, epsilon: 1e-3 }])(
    "adam with $beta1, $beta2, $epsilon",
    (options) => {
      expectClose(
        trajectory({ kind: "adam", rate: 1, ...options }, { decayed: true }),
        reference(() => adamStep(options)),
      );
    },
  );

  test("adamw decays first, and only what is to be decayed", () => {
    const optimizer: ResolvedOptimizer = { kind: "adamw", rate: 1, weight_decay: 0.2, ...moments };
    const decaying = reference(() => {
      const step = adamStep(moments);
      return (weight, gradient, rate, count) => step(weight * (1 - rate * 0.2), gradient, rate, count);
    });
    expectClose(trajectory(optimizer, { decayed: true }), decaying);
    expectClose(
      trajectory(optimizer, { decayed: false }),
      reference(() => adamStep(moments)),
    );
  });

  test.each([
    { ...moments, weight_decay: 0 },
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.2 },
  ])("adamax with $beta1, $beta2, $epsilon, $weight_decay", (options) => {
    const stepping = (decay: number) => () => {
      let m = 0;
      let u = 0;
      return (weight: number, gradient: number, rate: number, count: number): number => {
        m = options.beta1 * m + (1 - options.beta1) * gradient;
        u = Math.max(options.beta2 * u, Math.abs(gradient) + options.epsilon);
        return weight * (1 - rate * decay) - (rate / (1 - options.beta1 ** count)) * (m / u);
      };
    };
    expectClose(
      trajectory({ kind: "adamax", rate: 1, ...options }, { decayed: true }),
      reference(stepping(options.weight_decay)),
    );
    expectClose(trajectory({ kind: "adamax", rate: 1, ...options }, { decayed: false }), reference(stepping(0)));
  });
});

test("Adam's corrections stay finite at the ends of its options", () => {
  for (const beta of [0, 1]) {
    for (const count of [1, 1000]) {
      const scalars = updateScalars(
        { kind: "adam", rate: 0.1, beta1: beta, beta2: beta, epsilon: 0 },
        { rate: 0.1, count },
      );
      for (const value of Object.values(scalars)) expect(value).toBeGreaterThanOrEqual(0);
    }
  }
});

test.each<ResolvedOptimizer>([
  { kind: "sgd", rate: 0.1 },
  { kind: "momentum", rate: 0.1, momentum: 0.9, nesterov: true },
  { kind: "adam", rate: 0.1, ...moments },
  { kind: "adamax", rate: 0.1, weight_decay: 0.02, ...moments },
  { kind: "adamw", rate: 0.1, weight_decay: 0.02, beta1: 1, beta2: 0.999, epsilon: 1e-8 },
  { kind: "lamb", rate: 0.1, weight_decay: 0.02, ...moments },
  {
    kind: "adafactor",
    rate: 0.1,
    relative_step: true,
    clip: 1,
    decay_exponent: 0.8,
    beta1: 0,
    epsilon1: 1e-30,
    epsilon2: 1e-3,
    weight_decay: 0.02,
  },
])("the formulas of $kind, as text, are the numbers that it computes", (optimizer) => {
  for (let count = 1; count <= STEPS; count++) {
    const time = { rate: rateAt(count), count };
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func
    const valueOf = (formula: string) => new Function("rate", "count", `return ${formula}`)(time.rate, time.count);
    const values = Object.entries(updateFormulas(optimizer)).map(
      ([name, formula]) => [name, valueOf(formula)] as const,
    );
    const expected = Object.entries(updateScalars(optimizer, time));
    expect(values.map(([name]) => name)).toEqual(expected.map(([name]) => name));
    for (const [index, [name, value]] of expected.entries())
      if (value === 0) expect(values[index]?.[1], name).toBe(0);
      else expect(values[index]?.[1] / value, name).toBeCloseTo(1, 12);
  }
});

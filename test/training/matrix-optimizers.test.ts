import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { slotShapes, updateScalars } from "../../compiler/differentiate/optimizers/index.ts";
import { applyGraph } from "../../compiler/differentiate/training-graphs.ts";
import { type Shape, sizeOf } from "../../compiler/graph/graph.ts";
import type { StageWeight } from "../../compiler/stage/plan.ts";
import type { ResolvedOptimizer } from "../../compiler/schema/resolved.ts";
import { generator } from "../../runtime/random/generator.ts";
import { interpret } from "../graph/reference.ts";

/** Optimizers whose update of an element depends on the whole weight. */

const STEPS = 12;
const rateAt = (count: number): number => 0.3 / (1 + 0.2 * count);

type Lamb = Extract<ResolvedOptimizer, { kind: "lamb" }>;
type Adafactor = Extract<ResolvedOptimizer, { kind: "adafactor" }>;
type Step = (weight: readonly number[], gradient: readonly number[], rate: number, count: number) => number[];

function problem(shape: Shape) {
  const random = generator(5, "matrix problem", shape.join());
  const draw = (scale: number): number[] => Array.from({ length: sizeOf(shape) }, () => scale * random.normal());
  // The last gradient is far larger than those before it, so that clipping has something to do.
  return { start: draw(1), gradients: Array.from({ length: STEPS }, (_, step) => draw(step === STEPS - 1 ? 20 : 0.3)) };
}

/** The weight after each step, through the graph of the update. */
function trajectory(
  optimizer: ResolvedOptimizer,
  shape: Shape,
  decayed = shape.length > 1,
  start = problem(shape).start,
): number[][] {
  const weight: StageWeight = {
    name: "w",
    kind: "weight",
    shape,
    initializer: { kind: "zeros" },
    trainable: true,
    decayed,
    class: "all",
    tasks: ["t"],
  };
  const graph = applyGraph(["t"], [weight], { optimizer, untouched: "skip" });
  let state = new Map<string, ArrayLike<number>>([["w", start]]);
  for (const [slot, own] of Object.entries(slotShapes(optimizer, shape)))
    state.set(`${slot}/w`, new Float64Array(sizeOf(own)));
  return problem(shape).gradients.map((gradient, index) => {
    const scalars = updateScalars(optimizer, { rate: rateAt(index + 1), count: index + 1 });
    state = new Map(
      interpret(
        graph,
        new Map([
          ...state,
          ["gradient/w", gradient] as const,
          ...Object.entries(scalars).map(([name, value]) => [`update/all/${name}`, [value]] as const),
        ]),
      ),
    );
    return Array.from(state.get("w") ?? []);
  });
}

function reference(shape: Shape, step: Step): number[][] {
  const { start, gradients } = problem(shape);
  let weight = start;
  return gradients.map((gradient, index) => (weight = step(weight, gradient, rateAt(index + 1), index + 1)));
}

function expectClose(actual: number[][], expected: number[][], digits = 11): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((row, step) =>
    row.forEach((value, at) =>
      expect(actual[step]?.[at], `element ${at} after step ${step + 1}`).toBeCloseTo(value, digits),
    ),
  );
}

const norm = (values: readonly number[]): number => Math.hypot(...values);
const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;

/**
 * You et al. (2020), algorithm 2, line by line; `excluded` as in the authors' code, where it keeps a weight from decay
 * and from the ratio.
 */
function lambStep({ beta1, beta2, epsilon, weight_decay }: Lamb, excluded = false): Step {
  let m: number[] = [];
  let v: number[] = [];
  return (weight, gradient, rate, count) => {
    m = gradient.map((g, i) => beta1 * (m[i] ?? 0) + (1 - beta1) * g);
    v = gradient.map((g, i) => beta2 * (v[i] ?? 0) + (1 - beta2) * g * g);
    const r = m.map((each, i) => each / (1 - beta1 ** count) / (Math.sqrt(at(v, i) / (1 - beta2 ** count)) + epsilon));
    const update = r.map((each, i) => each + (excluded ? 0 : weight_decay) * at(weight, i));
    const ratio = excluded || norm(weight) === 0 || norm(update) === 0 ? 1 : norm(weight) / norm(update);
    return weight.map((w, i) => w - rate * ratio * at(update, i));
  };
}

/**
 * Shazeer & Stern (2018), algorithm 4 on every matrix of the last two dimensions, with sums of rows and columns, or
 * algorithm 5.
 */
function adafactorStep(options: Adafactor, shape: Shape, decayed: boolean): Step {
  const { clip, decay_exponent, beta1, epsilon1, epsilon2, weight_decay, relative_step } = options;
  const [rows, columns] = shape.length > 1 ? [shape.at(-2) ?? 1, shape.at(-1) ?? 1] : [1, sizeOf(shape)];
  const matrices = sizeOf(shape) / (rows * columns);
  const size = sizeOf(shape);
  const R = new Float64Array(matrices * rows);
  const C = new Float64Array(matrices * columns);
  const V = new Float64Array(size);
  const M = new Float64Array(size);
  return (weight, gradient, rate, count) => {
    const beta2 = 1 - count ** -decay_exponent;
    const U = Array.from<number>({ length: size });
    for (let matrix = 0; matrix < matrices; matrix++) {
      const index = (i: number, j: number): number => matrix * rows * columns + i * columns + j;
      const squared = (i: number, j: number): number => at(gradient, index(i, j)) ** 2 + epsilon1;
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += squared(i, j);
        R[matrix * rows + i] = beta2 * (R[matrix * rows + i] ?? 0) + (1 - beta2) * sum;
      }
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += squared(i, j);
        C[matrix * columns + j] = beta2 * (C[matrix * columns + j] ?? 0) + (1 - beta2) * sum;
      }
      const total = R.subarray(matrix * rows, (matrix + 1) * rows).reduce((sum, each) => sum + each, 0);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const k = index(i, j);
          V[k] = beta2 * (V[k] ?? 0) + (1 - beta2) * squared(i, j);
          const estimate =
            shape.length > 1 ? ((R[matrix * rows + i] ?? 0) * (C[matrix * columns + j] ?? 0)) / total : (V[k] ?? 0);
          U[k] = at(gradient, k) / Math.sqrt(estimate);
        }
      }
    }
    const rms = (values: readonly number[]): number => norm(values) / Math.sqrt(size);
    const alpha = relative_step ? Math.max(epsilon2, rms(weight)) * Math.min(rate, 1 / Math.sqrt(count)) : rate;
    const clipped = Math.max(1, rms(U) / clip);
    return weight.map((w, k) => {
      M[k] = beta1 * (M[k] ?? 0) + (1 - beta1) * ((alpha * at(U, k)) / clipped);
      return w * (decayed ? 1 - rate * weight_decay : 1) - (M[k] ?? 0);
    });
  };
}

const shapes: readonly Shape[] = [[5, 3], [4], [2, 3, 4], [1, 6], [1]];
const lamb: Lamb = { kind: "lamb", rate: 1, weight_decay: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-3 };
const adafactor: Adafactor = {
  kind: "adafactor",
  rate: 1,
  relative_step: true,
  clip: 1,
  decay_exponent: 0.8,
  beta1: 0,
  epsilon1: 1e-30,
  epsilon2: 1e-3,
  weight_decay: 0,
};

describe("LAMB is algorithm 2 of its paper", () => {
  test.each(shapes.map((shape) => [shape]))("%s", (shape) => {
    expectClose(trajectory(lamb, shape, true), reference(shape, lambStep(lamb)));
    expectClose(
      trajectory({ ...lamb, weight_decay: 0 }, shape, true),
      reference(shape, lambStep({ ...lamb, weight_decay: 0 })),
    );
    expectClose(trajectory(lamb, shape, false), reference(shape, lambStep(lamb, true)));
  });

  test("moves a matrix by the rate times its own length", () => {
    const { start } = problem([5, 3]);
    const [first = []] = trajectory(lamb, [5, 3]);
    expect(norm(first.map((value, i) => value - at(start, i))) / norm(start)).toBeCloseTo(rateAt(1), 11);
  });

  test("lets a weight of zeros leave zero", () => {
    const [first = []] = trajectory(
      lamb,
      [5, 3],
      true,
      Array.from({ length: 15 }, () => 0),
    );
    expect(norm(first)).toBeGreaterThan(0.1);
  });
});

describe("Adafactor is algorithms 4 and 5 of its paper", () => {
  const variants: readonly Adafactor[] = [
    adafactor,
    { ...adafactor, relative_step: false, weight_decay: 0.2 },
    { ...adafactor, beta1: 0.9, clip: 0.5, decay_exponent: 0.5, epsilon1: 1e-3, epsilon2: 2 },
  ];
  test.each(shapes.flatMap((shape) => variants.map((options) => [shape, options] as const)))(
    "%s, %o",
    (shape, options) => {
      for (const decayed of [true, false])
        expectClose(trajectory(options, shape, decayed), reference(shape, adafactorStep(options, shape, decayed)));
    },
  );

  test("keeps a number for each row and each column of a matrix, and one for each element of a vector", () => {
    expect(slotShapes(adafactor, [5, 3])).toEqual({ row_moment: [5, 1], column_moment: [1, 3] });
    expect(slotShapes(adafactor, [2, 5, 3])).toEqual({ row_moment: [2, 5, 1], column_moment: [2, 1, 3] });
    expect(slotShapes(adafactor, [4])).toEqual({ second_moment: [4] });
    expect(slotShapes({ ...adafactor, beta1: 0.9 }, [5, 3])).toEqual({
      row_moment: [5, 1],
      column_moment: [1, 3],
      first_moment: [5, 3],
    });
  });

  test("stays where there is no gradient", () => {
    const weight: StageWeight = {
      name: "w",
      kind: "weight",
      shape: [2, 2],
      initializer: { kind: "zeros" },
      trainable: true,
      decayed: true,
      class: "all",
      tasks: ["t"],
    };
    const graph = applyGraph([], [weight], { optimizer: adafactor, untouched: "decay" });
    const scalars = Object.entries(updateScalars(adafactor, { rate: 0.1, count: 1 })).map(
      ([name, value]) => [`update/all/${name}`, [value]] as const,
    );
    const outputs = interpret(
      graph,
      new Map<string, ArrayLike<number>>([
        ["w", [1, 2, 3, 4]],
        ["row_moment/w", [0, 0]],
        ["column_moment/w", [0, 0]],
        ...scalars,
      ]),
    );
    expect(Array.from(outputs.get("w") ?? [])).toEqual([1, 2, 3, 4]);
  });
});

/**
 * The weights that `torch.optim.Adafactor` gives for problems of these shapes; `undefined` if there is no PyTorch that
 * has it.
 */
function pytorchAdafactor(options: Adafactor, shapes: readonly Shape[]): readonly number[][][] | undefined {
  const rates = Array.from({ length: STEPS }, (_, index) => rateAt(index + 1));
  const program = `
import json, sys, torch
def train(start, gradients, shape, rates, decay_exponent, epsilon1, epsilon2, clip, weight_decay, **_):
    weight = torch.tensor(start, dtype=torch.float64).reshape(shape).requires_grad_()
    optimizer = torch.optim.Adafactor([weight], lr=1.0, beta2_decay=-decay_exponent, eps=(epsilon1, epsilon2), d=clip, weight_decay=weight_decay)
    for rate, gradient in zip(rates, gradients):
        optimizer.param_groups[0]["lr"] = rate
        weight.grad = torch.tensor(gradient, dtype=torch.float64).reshape(shape)
        optimizer.step()
        yield weight.detach().flatten().tolist()
print(json.dumps([list(train(**given)) for given in json.load(sys.stdin)]))`;
  const problems = shapes.map((shape) => ({ ...problem(shape), ...options, shape, rates }));
  const result = spawnSync(process.env["PYTHON"] ?? "python3", ["-c", program], {
    input: JSON.stringify(problems),
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
  return result.status === 0 ? (JSON.parse(result.stdout) as number[][][]) : undefined;
}

test("Adafactor with relative steps is PyTorch's, where there is PyTorch", { timeout: 60_000 }, ({ skip }) => {
  const options = { ...adafactor, weight_decay: 0.1 };
  const compared: readonly Shape[] = [[5, 3], [4], [2, 3, 4]];
  const expected = pytorchAdafactor(options, compared);
  if (!expected) return skip("no PyTorch");
  for (const [index, shape] of compared.entries())
    expectClose(trajectory(options, shape, true), expected[index] ?? [], 9);
});

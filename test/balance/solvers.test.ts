import { describe, expect, test } from "vitest";
import { generator } from "../../runtime/random/generator.ts";
import { alignedWeights } from "../../runtime/train/balance/aligned-mtl.ts";
import { cagradWeights } from "../../runtime/train/balance/cagrad.ts";
import { type Gram, dot, gramOf, sumOf, times } from "../../runtime/train/balance/gram.ts";
import { nashWeights } from "../../runtime/train/balance/nash-mtl.ts";
import { minimiseNonNegative } from "../../runtime/train/balance/solvers/non-negative.ts";
import { leastNormWeights, normOf } from "../../runtime/train/balance/solvers/simplex.ts";
import { solvePositive } from "../../runtime/train/balance/solvers/solve-positive.ts";
import { symmetricEigen } from "../../runtime/train/balance/solvers/symmetric-eigen.ts";
import { upgradWeights } from "../../runtime/train/balance/upgrad.ts";

type Vectors = readonly (readonly number[])[];

const gram = (gradients: Vectors): Gram =>
  gramOf(
    gradients.map((gradient) => new Map([["shared", gradient]])),
    new Set(["shared"]),
  );
const combined = (gradients: Vectors, weights: readonly number[]) =>
  (gradients[0] ?? []).map((_, at) =>
    sumOf(gradients.map((gradient, task) => (weights[task] ?? 0) * (gradient[at] ?? 0))),
  );

/** Gradients of k tasks, of lengths from 0.1 to 10, some of which conflict. */
const drawn = (tasks: number, seed: number): Vectors => {
  const random = generator(seed, "gradients");
  return Array.from({ length: tasks }, () => {
    const length = 10 ** (2 * random.uniform() - 1);
    return Array.from({ length: tasks + 2 }, () => length * random.normal());
  });
};
const problems = [2, 3, 4, 6].flatMap((tasks) =>
  Array.from({ length: 6 }, (_, seed) => drawn(tasks, 10 * tasks + seed)),
);

/** Points of the simplex: its corners, its centre and many within. */
const simplex = (size: number): Vectors => {
  const random = generator(size, "simplex");
  const within = Array.from({ length: 600 }, () => Array.from({ length: size }, () => -Math.log(1 - random.uniform())));
  const corners = Array.from({ length: size }, (_, corner) =>
    Array.from({ length: size }, (__, at) => (at === corner ? 1 : 0)),
  );
  return [...corners, ...within].map((point) => point.map((value) => value / sumOf(point)));
};

const close = (found: readonly number[], expected: readonly number[], digits = 6) => {
  expect(found.length).toBe(expected.length);
  for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, digits);
};

describe("linear systems and eigenvalues", () => {
  test("by hand", () => {
    close(
      solvePositive(
        [
          [4, 2],
          [2, 3],
        ],
        [2, 5],
      ),
      [-0.5, 2],
    );
    const pairs = symmetricEigen([
      [2, 1, 0],
      [1, 2, 0],
      [0, 0, 5],
    ]);
    close(
      pairs.map(({ value }) => value),
      [5, 3, 1],
    );
    close((pairs[1]?.vector ?? []).map(Math.abs), [Math.SQRT1_2, Math.SQRT1_2, 0]);
  });

  test.each(problems.map((gradients) => ({ tasks: gradients.length, gradients })))(
    "eigenvectors of $tasks tasks give the matrix again",
    ({ gradients }) => {
      const matrix = gram(gradients);
      const pairs = symmetricEigen(matrix);
      const again = matrix.map((row, i) =>
        row.map((_, j) => sumOf(pairs.map(({ value, vector }) => value * (vector[i] ?? 0) * (vector[j] ?? 0)))),
      );
      close(again.flat(), matrix.flat(), 8);
    },
  );

  test("a minimum over x ≥ 0 by hand, and its conditions in general", () => {
    close(
      minimiseNonNegative(
        [
          [2, 0],
          [0, 1],
        ],
        [-2, 1],
      ),
      [1, 0],
    );
    for (const gradients of problems) {
      const matrix = gram(gradients);
      const linear = (gradients[0] ?? []).slice(0, gradients.length);
      const x = minimiseNonNegative(matrix, linear);
      const slope = times(matrix, x).map((value, index) => value + (linear[index] ?? 0));
      const size = Math.max(...matrix.flat().map(Math.abs), ...linear.map(Math.abs));
      for (const [index, value] of x.entries()) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(slope[index]).toBeGreaterThan(-1e-9 * size);
        expect(Math.abs(value * (slope[index] ?? 0))).toBeLessThan(1e-7 * size);
      }
    }
  });
});

describe("MGDA (Sener & Koltun, 2018)", () => {
  test("two tasks by the closed form, and a corner", () => {
    // ((g₂ − g₁)·g₂) ∕ ‖g₁ − g₂‖² for g₁ = (1, 0), g₂ = (−1, 1) is 3 ∕ 5.
    close(
      leastNormWeights(
        gram([
          [1, 0],
          [-1, 1],
        ]),
      ),
      [0.6, 0.4],
    );
    close(
      leastNormWeights(
        gram([
          [1, 0],
          [3, 1],
        ]),
      ),
      [1, 0],
    );
  });

  test("has the smallest norm of the simplex, and a common direction of descent", () => {
    for (const gradients of problems) {
      const matrix = gram(gradients);
      const weights = leastNormWeights(matrix);
      expect(sumOf(weights)).toBeCloseTo(1, 12);
      const norm = normOf(matrix, weights);
      for (const other of simplex(gradients.length)) expect(normOf(matrix, other)).toBeGreaterThan(norm - 1e-9);
      for (const product of times(matrix, weights)) expect(product).toBeGreaterThan(norm ** 2 - 1e-7);
    }
  });

  test("zeros, opposite and equal gradients", () => {
    close(
      leastNormWeights(
        gram([
          [0, 0],
          [0, 0],
        ]),
      ),
      [0.5, 0.5],
    );
    close(
      leastNormWeights(
        gram([
          [1, 0],
          [-3, 0],
        ]),
      ),
      [0.75, 0.25],
    );
    close(
      leastNormWeights(
        gram([
          [1, 2],
          [1, 2],
        ]),
      ),
      [0.5, 0.5],
      5,
    );
    close(
      leastNormWeights(
        gram([
          [1, 2],
          [0, 0],
        ]),
      ),
      [0, 1],
    );
  });
});

describe("CAGrad (Liu et al., 2021)", () => {
  /** The value that w minimises. */
  const value = (matrix: Gram, weights: readonly number[], c: number) => {
    const mean = matrix.map(() => 1 / matrix.length);
    return dot(weights, times(matrix, mean)) + c * normOf(matrix, mean) * normOf(matrix, weights);
  };

  test("orthogonal gradients of equal length by hand: the mean, longer by c", () => {
    close(
      cagradWeights(
        gram([
          [1, 0],
          [0, 1],
        ]),
        0.4,
      ),
      [1.4, 1.4],
    );
    close(
      cagradWeights(
        gram([
          [1, 0],
          [-1, 1],
        ]),
        0,
      ),
      [1, 1],
    );
  });

  test("its w is the best of the simplex", () => {
    for (const gradients of problems) {
      const [matrix, count, c] = [gram(gradients), gradients.length, 0.5];
      const radius =
        c *
        normOf(
          matrix,
          matrix.map(() => 1 / count),
        );
      // The weights are 1 + k·(c·‖g₀‖ ∕ ‖g_w‖)·w, which gives w again.
      const above = cagradWeights(matrix, c).map((weight) => weight - 1);
      const w = above.map((weight) => weight / sumOf(above));
      close(
        above,
        w.map((weight) => (count * radius * weight) / normOf(matrix, w)),
      );
      const found = value(matrix, w, c);
      for (const other of simplex(count))
        expect(value(matrix, other, c)).toBeGreaterThan(found - 1e-7 * (1 + Math.abs(found)));
    }
  });
});

describe("Nash-MTL (Navon et al., 2022)", () => {
  test("orthogonal gradients by hand: each is brought to length 1", () => {
    close(
      nashWeights(
        gram([
          [4, 0],
          [0, 0.5],
        ]),
      ),
      [0.25, 2],
    );
  });

  test("G·α = 1 ∕ α, and the update has the norm √k", () => {
    for (const gradients of problems) {
      const matrix = gram(gradients);
      const weights = nashWeights(matrix);
      for (const [index, product] of times(matrix, weights).entries())
        expect(product * (weights[index] ?? 0)).toBeCloseTo(1, 4);
      expect(normOf(matrix, weights)).toBeCloseTo(Math.sqrt(gradients.length), 4);
    }
  });

  test("the update does not depend on the lengths of the gradients", () => {
    const gradients = drawn(3, 5);
    const longer = gradients.map((gradient, task) => gradient.map((each) => each * ([1, 7, 0.2][task] ?? 1)));
    close(combined(longer, nashWeights(gram(longer))), combined(gradients, nashWeights(gram(gradients))), 4);
  });

  test("opposite gradients have finite weights, and a gradient of 0 the weight 0", () => {
    expect(
      nashWeights(
        gram([
          [1, 0],
          [-1, 0],
        ]),
      ).every(Number.isFinite),
    ).toBe(true);
    close(nashWeights(gram([[0], [2]])), [0, 0.5]);
  });
});

describe("Aligned-MTL (Senushkin et al., 2023)", () => {
  test("orthogonal gradients by hand: each is brought to the shortest length", () => {
    close(
      alignedWeights(
        gram([
          [4, 0],
          [0, 0.5],
        ]),
      ),
      [0.125, 1],
    );
    close(
      alignedWeights(
        gram([
          [1, 0],
          [0, 1],
        ]),
      ),
      [1, 1],
    );
  });

  test("the aligned gradients are orthogonal and as long as the smallest singular value", () => {
    for (const gradients of problems) {
      const matrix = gram(gradients);
      const smallest = symmetricEigen(matrix).at(-1)?.value ?? 0;
      // The sum of k orthogonal gradients of length σ has the norm σ·√k.
      expect(normOf(matrix, alignedWeights(matrix)) / Math.sqrt(smallest * gradients.length)).toBeCloseTo(1, 4);
    }
  });

  test("gradients that depend on each other are aligned within their span", () => {
    // The rank is 1: λ = 5, v = (1, 2) ∕ √5, and B·1 = v·(v·1).
    close(
      alignedWeights(
        gram([
          [1, 0],
          [2, 0],
        ]),
      ),
      [0.6, 1.2],
    );
    close(alignedWeights(gram([[0], [0]])), [1, 1]);
  });
});

describe("UPGrad (Quinton & Rey, 2024)", () => {
  test("two tasks by hand: each is projected onto the other's normal plane, as by PCGrad", () => {
    close(
      upgradWeights(
        gram([
          [1, 0],
          [-1, 1],
        ]),
      ),
      [1 + 1, 1 + 0.5],
    );
    close(
      upgradWeights(
        gram([
          [1, 2],
          [2, 1],
        ]),
      ),
      [1, 1],
    );
  });

  test("the update conflicts with no task, and is the sum of projections", () => {
    for (const gradients of problems) {
      const matrix = gram(gradients);
      const weights = upgradWeights(matrix);
      const size = Math.max(...matrix.flat());
      for (const product of times(matrix, weights)) expect(product).toBeGreaterThan(-1e-7 * size);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(1);
    }
  });

  test("gradients that cancel out move nothing", () => {
    close(
      combined(
        [
          [1, 0],
          [-1, 0],
        ],
        upgradWeights(
          gram([
            [1, 0],
            [-1, 0],
          ]),
        ),
      ),
      [0, 0],
    );
    close(upgradWeights(gram([[0], [0]])), [1, 1]);
  });
});

import { describe, expect, test } from "vitest";
import { close, numbers } from "../prelude/numbers.ts";
import {
  type Matrix,
  type Weights,
  add,
  affine,
  attention,
  layerNorm,
  linear,
  matrix,
  mlp,
} from "../prelude/oracle.ts";

// These tests compare CA-MTL's blocks (Pilault et al., 2021) with plain loops. `x` is tokens[3 × 4], and `v` is a vector[4] of the row.

const row = (x: Matrix): readonly number[] => x[0] ?? [];

/** Computes (1 + γ(z))·x + β(z). */
function film(x: Matrix, z: readonly number[], path: string, weights: Weights): Matrix {
  const [scale, shift] = [row(linear([z], `${path}.scale`, weights)), row(linear([z], `${path}.shift`, weights))];
  return x.map((values) =>
    values.map((value, at) => (1 + (scale[at] ?? Number.NaN)) * value + (shift[at] ?? Number.NaN)),
  );
}

/** The definition of a block-diagonal matrix: values in the blocks are kept, and all others are 0. */
function blockDiagonal(x: Matrix): Matrix {
  const side = x[0]?.length ?? 0;
  return x.map((values, r) =>
    x.map((_, c) => (Math.floor(r / side) === Math.floor(c / side) ? (values[c % side] ?? Number.NaN) : 0)),
  );
}

describe("film", () => {
  test("of tokens, by a weight and by a vector of the row", () => {
    const { values, given, byName } = numbers("stream z = learned(5)\nstream s = film(x, z)\nstream t = film(x, v)");
    const x = matrix(given("feature/x"), 4);
    close(values.s, film(x, given("z.value"), "s", byName));
    close(values.t, film(x, given("feature/v"), "t", byName));
  });

  test("of a weight", () => {
    const { values, given, byName } = numbers(
      "block own(z: vector): tensor { weight kept[3, 2]  return film(kept, z) }\nstream z = learned(5)\nstream s = own(z)",
    );
    close(values.s, film(byName.matrix("s.kept"), given("z.value"), "s.film", byName));
  });

  test("by the vector of each row", () => {
    const { values, given, byName, run } = numbers("stream s = film(x, v)", { batch: 2 });
    const x = matrix(given("feature/x"), 4);
    const [first = [], second = []] = matrix(given("feature/v"), 4);
    close(values.s, [...film(x.slice(0, 3), first, "s", byName), ...film(x.slice(3), second, "s", byName)]);
    const swapped =
      run({ "feature/x": [...x.slice(3), ...x.slice(0, 3)].flat(), "feature/v": [...second, ...first] }).s ?? [];
    expect(swapped).toEqual([...(values.s?.slice(12) ?? []), ...(values.s?.slice(0, 12) ?? [])]);
  });
});

describe("conditional norm", () => {
  const modulated = (
    z: readonly number[],
    weights: Weights,
    form: "code" | "paper",
  ): readonly [scale: readonly number[], offset: readonly number[]] => {
    const [factor, shift] = [row(linear([z], "s.factor", weights)), row(linear([z], "s.shift", weights))];
    const [scale, offset] = [weights.vector("s.scale"), weights.vector("s.offset")];
    const plus = form === "code" ? shift : offset;
    return [
      scale.map((value, at) => (1 + (factor[at] ?? Number.NaN)) * value + (plus[at] ?? Number.NaN)),
      form === "code" ? offset : shift,
    ];
  };

  test.each(["code", "paper"] as const)("in the form of the %s, by a weight and by a vector of the row", (form) => {
    for (const z of ["learned(5)", "v -> identity"]) {
      const { values, given, byName } = numbers(
        `stream z = ${z}\nstream s = x -> conditional_norm(z, form: ${form}, epsilon: 0.1)`,
      );
      const [scale, offset] = modulated(values.z ?? [], byName, form);
      close(values.s, layerNorm(matrix(given("feature/x"), 4), scale, offset, 0.1));
    }
  });

  test("has mean 0 and variance 1 before its scale, and equals the plain norm if its maps are 0", () => {
    const { run, given } = numbers(
      "stream s = x -> conditional_norm(learned(5), epsilon: 1e-12)\nstream n = x -> norm(epsilon: 1e-12)",
    );
    const zeros = {
      "s.factor.kernel": Array.from({ length: 20 }, () => 0),
      "s.factor.bias": [0, 0, 0, 0],
      "s.shift.kernel": Array.from({ length: 20 }, () => 0),
      "s.shift.bias": [0, 0, 0, 0],
    };
    const own = { "s.scale": given("n.scale"), "s.offset": given("n.offset") };
    expect(run({ ...zeros, ...own }).s).toEqual(run().n);
    for (const values of matrix(run({ ...zeros, "s.scale": [1, 1, 1, 1], "s.offset": [0, 0, 0, 0] }).s ?? [], 4)) {
      const mean = values.reduce((sum, value) => sum + value, 0) / 4;
      expect(mean).toBeCloseTo(0, 10);
      expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4).toBeCloseTo(1, 8);
    }
  });
});

describe("conditional alignment", () => {
  test("modulates embeddings, or the matrix that they go through", () => {
    const { values, given, byName } = numbers(
      "stream z = learned(5)\nstream s = x -> conditional_alignment(z)\nstream p = x -> conditional_alignment(z, form: paper)",
    );
    const x = matrix(given("feature/x"), 4);
    close(values.s, film(x, given("z.value"), "s.film", byName));
    close(values.p, affine(x, film(byName.matrix("p.alignment"), given("z.value"), "p.film", byName), [0, 0, 0, 0]));
  });
});

describe("block-diagonal matrices", () => {
  test.each([
    [6, 2],
    [6, 3],
    [7, 3],
    [5, 4],
    [4, 4],
    [4, 5],
    [128, 22],
  ])("of %i rows with blocks of %i", (size, side) => {
    const { values, given, shapes } = numbers(`stream s = block_diagonal(learned(${size}, ${side}))`);
    expect(shapes.s).toBe(`tokens[${size} × ${size}]`);
    close(values.s, blockDiagonal(matrix(given("s.learned.value"), side)));
  });
});

describe("conditional attention", () => {
  test("adds the modulated blocks to the logits of all heads, whatever the tokens are", () => {
    const { values, given, byName, streams } = numbers(`stream z = learned(5)
    stream bias = conditional_bias(x, z, blocks: 2)
    stream s = attend(x, x, x, heads: 2, bias: bias)`);
    const x = matrix(given("feature/x"), 4);
    const bias = blockDiagonal(film(byName.matrix("bias.diagonal"), given("z.value"), "bias.film", byName));
    close(values.bias, bias);
    close(values.s, attention(x, x, x, { heads: 2, bias }));
    // There is one matrix for all rows of the batch, since it depends on weights only.
    expect(streams.get("bias")?.batch).toBe("shared");
  });

  test("has a matrix for each row if the vector is one of the row", () => {
    const { values, given, byName } = numbers("stream s = conditional_bias(x, v, blocks: 2)", { batch: 2 });
    close(
      values.s,
      matrix(given("feature/v"), 4).flatMap((z) =>
        blockDiagonal(film(byName.matrix("s.diagonal"), z, "s.film", byName)),
      ),
    );
  });

  test("has as many blocks as the width divided by the length", () => {
    const { weights } = numbers("stream wide = x -> linear(6)\nstream s = conditional_bias(wide, learned(5))");
    // There are ⌈3 ∕ (6 ∕ 3)⌉ columns.
    expect(weights.find(({ name }) => name === "s.diagonal")?.shape).toEqual([3, 2]);
  });
});

describe("conditional bottleneck", () => {
  test("modulates by an affine map of the vector, then projects down and up without an activation", () => {
    const { values, given, byName, weights } = numbers(
      "stream z = learned(5)\nstream s = x -> conditional_bottleneck(z)",
    );
    const condition = row(linear([given("z.value")], "s.condition", byName));
    close(
      values.s,
      linear(
        linear(film(matrix(given("feature/x"), 4), condition, "s.modulated", byName), "s.down", byName),
        "s.up",
        byName,
      ),
    );
    expect(weights.find(({ name }) => name === "s.down.kernel")?.shape).toEqual([4, 1]);
  });

  test("follows the feed-forward network and its norm in the last layer", () => {
    const { values, given, byName } = numbers(`stream z = learned(5)
    stream s = x -> bottlenecked_ffn(z, ffn: mlp(ratio: 2), normalise: norm(epsilon: 0.1))`);
    const x = matrix(given("feature/x"), 4);
    const fed = layerNorm(add(x, mlp(x, "s.ffn", byName)), given("s.fed_norm.scale"), given("s.fed_norm.offset"), 0.1);
    const condition = row(linear([given("z.value")], "s.conditional_bottleneck.condition", byName));
    const modulated = film(fed, condition, "s.conditional_bottleneck.modulated", byName);
    close(
      values.s,
      linear(linear(modulated, "s.conditional_bottleneck.down", byName), "s.conditional_bottleneck.up", byName),
    );
  });
});

describe("the side path of the large variant", () => {
  const outputs = "x, 2 * x, x -> norm";
  const bottleneck = (h: Matrix, z: readonly number[], path: string, weights: Weights): Matrix => {
    const condition = row(linear([z], `${path}.condition`, weights));
    return linear(
      linear(film(h, condition, `${path}.modulated`, weights), `${path}.down`, weights),
      `${path}.up`,
      weights,
    );
  };

  test("adds the bottleneck before it to each layer's output, from the first of its layers on", () => {
    const { values, given, byName, weights } = numbers(
      `stream z = learned(5)\nstream s = side_path(${outputs}, z: z)\nstream t = side_path(${outputs}, z: z, layers: 2)\nstream third = x -> norm`,
    );
    const x = matrix(given("feature/x"), 4);
    const double = x.map((values) => values.map((value) => 2 * value));
    const last = layerNorm(x, given("s.norm.scale"), given("s.norm.offset"), 1e-6);
    const z = given("z.value");
    const through = (path: string, [first = [], ...rest]: readonly Matrix[]): Matrix =>
      rest.reduce(
        (before, h, index) => bottleneck(add(h, before), z, `${path}.${index + 1}`, byName),
        bottleneck(first, z, `${path}.0`, byName),
      );
    close(values.s, through("s", [x, double, last]));
    close(values.t, through("t", [double, layerNorm(x, given("t.norm.scale"), given("t.norm.offset"), 1e-6)]));
    expect(weights.filter(({ name }) => /^t\.\d\.down\.kernel$/u.test(name))).toHaveLength(2);
  });

  test("leaves the layers as they are: without bottlenecks the encoder's result is the last layer's", () => {
    const { values } = numbers(`stream z = learned(5)
    stream s = x -> conditional_encoder(z, layers: 3, heads: 2, blocks: 2, bottleneck: false, dropout: 0%)
    stream t = x -> conditional_encoder(z, layers: 3, heads: 2, blocks: 2, bottleneck: false, bottlenecks: side, dropout: 0%)
    stream u = side_path(s, z: z, layers: 0)`);
    expect(values.s).not.toEqual(values.t);
    expect(values.u).toEqual(values.s);
  });
});

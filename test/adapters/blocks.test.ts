import { describe, expect, test } from "vitest";
import { complaints } from "../elaborate/harness.ts";
import { type Case, close, inputs, numbers } from "../prelude/numbers.ts";
import { type Matrix, add, gelu, layerNorm, linear, matrix, zip } from "../prelude/oracle.ts";

// These tests compare adapters with plain loops. A sub-layer has the output x, tokens[3 × 4], the input r and the norm n.

const location =
  "stream r = linear(x, 4)\nlayer n = norm\nlayer a = pfeiffer(reduction: 2)\nlayer b = pfeiffer(reduction: 2)\n";
const at = (adapter: string): string => `adapted(x, ${adapter}, residual: r, norm: n)`;

interface Location {
  readonly x: Matrix;
  readonly r: Matrix;
  readonly normalised: (x: Matrix) => Matrix;
  /** f(x·W_d + b_d)·W_u + b_u with the weights below a path. */
  readonly bottleneck: (x: Matrix, path: string, activation?: (value: number) => number) => Matrix;
  /** The result of the adapter of the layer `a` or `b` for an output. */
  readonly pfeiffer: (layer: string, x: Matrix) => Matrix;
}

const relu = (value: number): number => Math.max(value, 0);
const times = (factor: number, x: Matrix): Matrix => x.map((row) => row.map((value) => factor * value));

function locationOf({ given, byName }: Pick<Case, "given" | "byName">): Location {
  const x = matrix(given("feature/x"), 4);
  const r = linear(x, "r", byName);
  const normalised = (values: Matrix): Matrix => layerNorm(values, byName.vector("n.scale"), byName.vector("n.offset"));
  const bottleneck = (values: Matrix, path: string, activation = relu): Matrix =>
    linear(
      linear(values, `${path}.down`, byName).map((row) => row.map(activation)),
      `${path}.up`,
      byName,
    );
  return {
    x,
    r,
    normalised,
    bottleneck,
    pfeiffer: (layer, output) => bottleneck(normalised(add(output, r)), `${layer}.adapter`),
  };
}

/** The values of `s`, where everything of a location is declared. */
function placed(
  adapter: string,
  settings: Parameters<typeof numbers>[1] = {},
): Location & Case & { readonly s: readonly number[] } {
  const made = numbers(`${location}stream s = ${at(adapter)}`, settings);
  return { ...made, ...locationOf(made), s: made.values.s ?? [] };
}

describe("where an adapter reads and what it is added to", () => {
  test("Pfeiffer: the normalised sum, added to the output", () => {
    const { s, x, pfeiffer } = placed("a");
    close(s, add(x, pfeiffer("a", x)));
  });

  test("Houlsby: the output", () => {
    const { s, x, bottleneck } = placed("houlsby(reduction: 2)");
    close(s, add(x, bottleneck(x, "s.change.adapter", gelu)));
  });

  test("parallel: the input of the sub-layer, times 4", () => {
    const { s, x, r, bottleneck } = placed("parallel_adapter");
    close(s, add(x, times(4, bottleneck(r, "s.change.adapter"))));
  });
});

describe("composition", () => {
  test("stacked: each reads the output with what those before it added", () => {
    const { s, x, pfeiffer } = placed("stacked(a, b)");
    const first = add(x, pfeiffer("a", x));
    close(s, add(first, pfeiffer("b", first)));
  });

  test("stacked as MAD-X has it: the last one reads the sum itself, and is added alone", () => {
    const { s, x, pfeiffer, bottleneck, byName } = placed("stacked(a, adapter(reduction: 4), add: last)");
    const path = "s.change.1.change";
    expect(byName.vector(`${path}.down.kernel`)).toHaveLength(4);
    close(s, add(x, bottleneck(add(x, pfeiffer("a", x)), path)));
  });

  test("a stack of one adapter is that adapter, and the order of two matters", () => {
    expect(placed("stacked(a)").s).toEqual(placed("a").s);
    expect(placed("stacked(a, b)").s).not.toEqual(placed("stacked(b, a)").s);
  });

  test("averaged: the mean, by weights that are divided by their sum", () => {
    const { s, x, pfeiffer } = placed("averaged(a, b, weights: [1, 3])");
    close(s, add(x, add(times(0.25, pfeiffer("a", x)), times(0.75, pfeiffer("b", x)))));
    const even = placed("averaged(a, b)");
    close(even.s, add(x, times(0.5, add(pfeiffer("a", x), pfeiffer("b", x)))));
    expect(placed("averaged(a, a)").s).toEqual(placed("a").s);
  });

  test("split: each for its own tokens", () => {
    const { s, x, pfeiffer } = placed("split(a, b, sizes: [1, 2])");
    close(s, add(x, [...pfeiffer("a", x).slice(0, 1), ...pfeiffer("b", x).slice(1)]));
    expect(placed("split(a, sizes: [3])").s).toEqual(placed("a").s);
  });

  test("compositions are adapters themselves", () => {
    const { s, x, pfeiffer } = placed("averaged(stacked(a, b), split(b, a, sizes: [2, 1]))");
    const stacked = add(pfeiffer("a", x), pfeiffer("b", add(x, pfeiffer("a", x))));
    const split = [...pfeiffer("b", x).slice(0, 2), ...pfeiffer("a", x).slice(2)];
    close(s, add(x, times(0.5, add(stacked, split))));
  });

  test.each([
    ["sizes that are not all tokens", "split(a, b, sizes: [1, 1])"],
    ["a size for one of two adapters", "split(a, b, sizes: [3])"],
    ["a weight for one of two adapters", "averaged(a, b, weights: [1])"],
    ["weights without a sum", "averaged(a, b, weights: [1, -1])"],
    ["a stack of nothing", "stacked([])"],
  ])("is refused: %s", (_, adapter) => {
    expect(
      complaints(`${inputs}${location}stream s = ${at(adapter)}`).filter((name) => name !== "nothing_to_train"),
    ).toEqual(["requirement"]);
  });
});

describe("fusion of adapters", () => {
  /** Shares [3 × A] by formula: softmax over adapters of q·k. */
  function shares({ x, r, normalised, pfeiffer, byName }: Location & Case, layers: readonly string[]): Matrix {
    const path = "s.change.adapter_attention";
    const query = linear(normalised(add(x, r)), `${path}.query`, byName);
    const scores = layers.map((layer) => {
      const key = linear(pfeiffer(layer, x), `${path}.key`, byName);
      return zip(query, key, (q, k) => q * k).map((row) => row.reduce((sum, value) => sum + value, 0));
    });
    return x.map((_, token) => {
      const exponentials = scores.map((ofTokens) => Math.exp(ofTokens[token] ?? Number.NaN));
      const sum = exponentials.reduce((total, value) => total + value, 0);
      return exponentials.map((value) => value / sum);
    });
  }

  const weighted = (weights: readonly number[], x: Matrix): Matrix =>
    x.map((row, token) => row.map((value) => (weights[token] ?? Number.NaN) * value));

  test("attention of each token to the outputs, whose values are mapped", () => {
    const made = placed("fused(a, b)");
    const { s, x, pfeiffer, byName } = made;
    const share = shares(made, ["a", "b"]);
    const value = byName.matrix("s.change.adapter_attention.value.kernel");
    const parts = ["a", "b"].map((layer, index) =>
      weighted(
        share.map((row) => row[index] ?? Number.NaN),
        pfeiffer(layer, x).map(
          (row) =>
            value[0]?.map((_, column) =>
              row.reduce((sum, each, at) => sum + each * (value[at]?.[column] ?? Number.NaN), 0),
            ) ?? [],
        ),
      ),
    );
    close(s, parts.reduce(add, x));
  });

  test("of one adapter, with values as they are, is that adapter", () => {
    expect(placed("fused(a, values: fixed)").s).toEqual(placed("a").s);
    const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const { weights, run } = placed("fused(a)");
    const value = weights.find(({ name }) => name === "s.change.adapter_attention.value.kernel");
    expect(value?.initializer.kind).toBe("identity");
    close(run({ "s.change.adapter_attention.value.kernel": identity }).s, [placed("a").s]);
  });

  test("without a query it is the mean, and the order of adapters does not matter", () => {
    const zeros = {
      "s.change.adapter_attention.query.kernel": new Float64Array(16),
      "s.change.adapter_attention.query.bias": new Float64Array(4),
    };
    const even = numbers(`${location}stream s = ${at("fused(a, b, values: fixed)")}`).run(zeros);
    close(even.s, [placed("averaged(a, b)").s]);
    close(placed("fused(a, b)").s, [placed("fused(b, a)").s]);
  });

  test("shares have the sum 1: of equal outputs it is that output", () => {
    close(placed("fused(a, a, a, values: fixed)").s, [placed("a").s]);
  });

  test("of the adapters of some tasks, whose weights are those of each task's own adapter", () => {
    const tasks = ["one", "two", "three"].map(
      (task) => `task ${task} { from: reduce_mean(x, axis: 0)  head: linear(1)  target: number("y") }`,
    );
    const insert =
      "block insert(x: tokens, residual: tokens, norm: block): tokens {\n  layer own = pfeiffer(reduction: 2)\n";
    const made = (adapter: string) =>
      numbers(
        `${insert}  return adapted(x, ${adapter}, residual: residual, norm: norm)\n}\nstream r = linear(x, 4)\nlayer n = norm\nstream s = insert(x, residual: r, norm: n)\n${tasks.join("\n")}`,
        { task: "one", unused: "allowed" },
      );
    const namesOf = (adapter: string) => made(adapter).weights.map(({ name }) => name);
    const own = namesOf("per_task(own)").filter((name) => name.startsWith("s.own."));
    expect(own).toContain("s.own.one.adapter.down.kernel");
    const fused = namesOf("fused(all_tasks(own, tasks: [one, three]))");
    expect(fused).toEqual(expect.arrayContaining([...own, ...own.map((name) => name.replace(".one.", ".three."))]));
    expect(fused.filter((name) => name.includes(".two."))).toEqual([]);
  });
});

describe("the invertible adapter", () => {
  const both = "layer coupling = invertible_adapter\nstream s = coupling(x)\nstream t = coupling(s, inverse: true)";

  test("is the additive coupling", () => {
    const { values, given, byName } = numbers(both);
    const { bottleneck } = locationOf({
      given,
      byName: { ...byName, matrix: (name) => (name === "r.kernel" ? [[0]] : byName.matrix(name)) },
    });
    const x = matrix(given("feature/x"), 4);
    const [left, right] = [x.map((row) => row.slice(0, 2)), x.map((row) => row.slice(2))];
    const first = add(left, bottleneck(right, "coupling.f"));
    const second = add(right, bottleneck(first, "coupling.g"));
    close(
      values.s,
      first.map((row, token) => [...row, ...(second[token] ?? [])]),
    );
  });

  test("its inverse gives back what it read, and has the same weights", () => {
    const { values, given, weights } = numbers(both);
    close(values.t, [given("feature/x")]);
    expect(weights).toHaveLength(8);
  });

  test("keeps volumes: its Jacobian has the determinant 1", () => {
    const { run, given } = numbers("layer coupling = invertible_adapter\nstream s = coupling(x)");
    const x = given("feature/x");
    const step = 1e-6;
    const jacobian = [0, 1, 2, 3].map((column) => {
      const moved = (by: number) =>
        run({ "feature/x": x.map((value, index) => value + (index === column ? by : 0)) }).s ?? [];
      const [above, below] = [moved(step), moved(-step)];
      return [0, 1, 2, 3].map((row) => ((above[row] ?? Number.NaN) - (below[row] ?? Number.NaN)) / (2 * step));
    });
    expect(determinant(jacobian)).toBeCloseTo(1, 6);
  });

  test("needs an even width", () => {
    expect(
      complaints(`${inputs}stream s = x -> linear(3) -> invertible_adapter`).filter(
        (name) => name !== "nothing_to_train",
      ),
    ).toEqual(["requirement"]);
  });
});

function determinant([first = [], ...rest]: Matrix): number {
  return first.length === 1
    ? (first[0] ?? Number.NaN)
    : first.reduce(
        (sum, value, column) => sum + (-1) ** column * value * determinant(rest.map((row) => row.toSpliced(column, 1))),
        0,
      );
}

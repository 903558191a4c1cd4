import { describe, expect, test } from "vitest";
import { type Given, compile, evaluate, forwardOf, inspect, sound } from "../elaborate/harness.ts";
import { parameters } from "../perceiver/support.ts";
import { close, numbers } from "../prelude/numbers.ts";
import { type Matrix, affine, matrix } from "../prelude/oracle.ts";

// These tests compare HyperGrid's blocks (Tay et al., 2021) with plain loops. `x` is tokens[3 × 4], and `v` is a vector[4] of the row.

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const logit = (value: number): number => Math.log(value / (1 - value));
const product = (vector: readonly number[], kernel: Matrix): readonly number[] =>
  affine(
    [vector],
    kernel,
    (kernel[0] ?? []).map(() => 0),
  )[0] ?? [];
const outer = (row: readonly number[], column: readonly number[]): Matrix =>
  row.map((r) => column.map((k) => sigmoid(r * k)));

/** The definition of ψ(A) ⊙ W: each value of the grid belongs to a region of consecutive rows and columns. */
function gated(weight: Matrix, gates: Matrix): Matrix {
  const [down, across] = [weight.length / gates.length, (weight[0]?.length ?? 0) / (gates[0]?.length ?? 1)];
  return weight.map((values, p) =>
    values.map((value, q) => value * (gates[Math.floor(p / down)]?.[Math.floor(q / across)] ?? Number.NaN)),
  );
}

const transposed = (x: Matrix): Matrix => (x[0] ?? []).map((_, column) => x.map((row) => row[column] ?? Number.NaN));

describe("gates", () => {
  test("are the sigmoid of the outer product of linear maps of the condition, or of the first token", () => {
    const { values, given, byName } = numbers(
      "stream s = x -> grid_gates(v, rows: 2, columns: 3)\nstream t = x -> grid_gates(rows: 2, columns: 3, scale: 2)",
    );
    const of = (name: string, condition: readonly number[]): Matrix =>
      outer(
        product(condition, byName.matrix(`${name}.row_factor.kernel`)),
        product(condition, byName.matrix(`${name}.column_factor.kernel`)),
      );
    close(values.s, of("s", given("feature/v")));
    close(
      values.t,
      of("t", given("feature/x").slice(0, 4)).map((row) => row.map((gate) => 2 * gate)),
    );
  });

  test("lie between 0 and 1, and have rank 1 before the sigmoid", () => {
    const { values } = numbers("stream s = x -> grid_gates(v, rows: 8, columns: 8)");
    expect(values.s?.length).toBe(64);
    expect(values.s?.every((gate) => gate > 0 && gate < 1)).toBe(true);
    const logits = matrix((values.s ?? []).map(logit), 8);
    const at = (row: number, column: number): number => logits[row]?.[column] ?? Number.NaN;
    // A matrix of rank 1 has no minor of two rows and two columns that is not 0.
    for (let row = 1; row < 8; row++)
      for (let column = 1; column < 8; column++)
        expect(at(0, 0) * at(row, column)).toBeCloseTo(at(row, 0) * at(0, column), 10);
    expect(Math.max(...logits.flat().map(Math.abs))).toBeGreaterThan(0.01);
  });

  test("with a global factor are those with the axes exchanged, and do not change if both factors change their signs", () => {
    const { run, given } = numbers(
      "stream lg = x -> grid_gates(v, rows: 4, columns: 4, column: global)\nstream gl = x -> grid_gates(v, rows: 4, columns: 4, row: global)",
    );
    const [kernel, value] = [given("lg.row_factor.kernel"), given("lg.column_factor.value")];
    const exchanged = { "gl.column_factor.kernel": kernel, "gl.row_factor.value": value };
    const negated = {
      "lg.row_factor.kernel": kernel.map((each) => -each),
      "lg.column_factor.value": value.map((each) => -each),
    };
    const { lg, gl } = run(exchanged);
    expect(matrix(gl ?? [], 4)).toEqual(transposed(matrix(lg ?? [], 4)));
    expect(run(negated).lg).toEqual(lg);
  });

  test.each([
    ["", 768 * (32 + 32)],
    [", column: global", 768 * 32 + 32],
    [", row: global", 32 + 768 * 32],
    [", row: global, column: global", 32 + 32],
  ])("add the paper's number of parameters at width 768 with 32 × 32 gates%s", (kinds, expected) => {
    const weightsOf = (ffn: string) =>
      inspect(`model m\nmodality x: tensor(3, 768)\nstream s = x -> ${ffn}`, { batch: 1 }).weights;
    const plain = weightsOf("t5_ffn");
    const own = weightsOf(`grid_ffn(grid_gates(rows: 32, columns: 32${kinds}))`);
    expect(parameters(own) - parameters(plain)).toBe(expected);
    // A model can start from the weights of a T5.
    expect(own.map(({ name }) => name)).toEqual(expect.arrayContaining(plain.map(({ name }) => name)));
  });
});

describe("a gated matrix", () => {
  test("has one value for each region of consecutive rows and columns", () => {
    const { values, given } = numbers(
      "stream g = learned(8, 8)\nstream s = gated_regions(learned(256, 64, init: ones), g)",
      { batch: 1 },
    );
    const [weight, gates] = [matrix(given("s.learned.value"), 64), matrix(given("g.value"), 8)];
    close(values.s, gated(weight, gates));
    // Gates that are repeated one after the other instead would be another matrix.
    const tiled = weight.map((row, p) => row.map((value, q) => value * (gates[p % 8]?.[q % 8] ?? Number.NaN)));
    expect(values.s).not.toEqual(tiled.flat());
  });

  test("of one gate is the matrix times that gate", () => {
    const { values, given, byName } = numbers("stream g = learned(1, 1)\nstream s = grid_linear(x, 6, gates: g)");
    const [gate = Number.NaN] = given("g.value");
    const kernel = byName.matrix("s.kernel").map((row) => row.map((value) => gate * value));
    close(
      values.s,
      matrix(given("feature/x"), 4).map((row) => product(row, kernel)),
    );
  });

  test.each([
    ["gated_regions(learned(10, 6), learned(4, 3))", "10 rows of a weight cannot be divided among 4 rows of gates"],
    ["gated_regions(learned(8, 6), learned(4, 4))", "6 columns of a weight cannot be divided among 4 columns of gates"],
  ])("whose regions would be unequal is an error: %s", (expression, message) => {
    const { diagnostics } = compile(
      `model m\nmodality x: tensor(3, 4)\nstream s = ${expression}\ntask t { from: concat(mean(x), mean(s))  head: linear(1)  target: number("y") }\ndataset d { path: "d.jsonl"  tasks: [t] }`,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error").map((each) => each.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});

describe("a gated feed-forward network", () => {
  test("equals plain loops, with gates of each row", () => {
    const { values, given, byName } = numbers("stream s = x -> grid_ffn(grid_gates(rows: 4, columns: 2), ratio: 2)", {
      batch: 2,
    });
    const tokens = matrix(given("feature/x"), 4);
    const expected = [tokens.slice(0, 3), tokens.slice(3)].flatMap((row) => {
      const gates = outer(
        product(row[0] ?? [], byName.matrix("s.gates.row_factor.kernel")),
        product(row[0] ?? [], byName.matrix("s.gates.column_factor.kernel")),
      );
      const down = gated(byName.matrix("s.down.kernel"), gates);
      return row.map((token) =>
        product(
          product(token, byName.matrix("s.up.kernel")).map((value) => Math.max(value, 0)),
          down,
        ),
      );
    });
    close(values.s, expected);
  });

  test("has the bits of T5's if the factors are 0 and the scale is 2, and half of its values with the paper's scale", () => {
    const { run, given } = numbers(
      "stream s = x -> grid_ffn(grid_gates(condition: v, rows: 4, columns: 2, scale: 2))\nstream p = x -> grid_ffn(grid_gates(condition: v, rows: 4, columns: 2))\nstream t = x -> t5_ffn",
    );
    const zeros = Object.fromEntries(
      ["s", "p"].flatMap((name) =>
        ["row", "column"].map((factor) => [
          `${name}.gates.${factor}_factor.kernel`,
          Array.from({ length: factor === "row" ? 16 : 8 }, () => 0),
        ]),
      ),
    );
    const shared = Object.fromEntries(
      ["up", "down"].flatMap((part) => ["s", "p"].map((name) => [`${name}.${part}.kernel`, given(`t.${part}.kernel`)])),
    );
    const { s, p, t } = run({ ...zeros, ...shared });
    expect(s).toEqual(t);
    expect(p).toEqual(t?.map((value) => value / 2));
  });
});

describe("gates of tasks", () => {
  const program = (gates: string) =>
    sound(`model m
modality x: tensor(3, 8)
stream task_vector = task_embedding(8)
stream s = x -> t5_encoder(layers: 1, heads: 2, ffn: grid_ffn(${gates}))
task one { from: mean(s) + 0 * task_vector  head: linear(2)  target: category("y", classes: 2) }
task two { from: mean(s) + 0 * task_vector  head: linear(2)  target: category("y", classes: 2) }
dataset a { path: "a.jsonl"  tasks: [one, two] }`);
  const heads: Given = Object.fromEntries(
    ["one", "two"].flatMap((task) => [
      [`task.${task}.head.kernel`, new Float64Array(16).map((_, index) => index / 16)],
      [`task.${task}.head.bias`, [0, 0]],
    ]),
  );
  const both = (gates: string) => {
    const compiled = program(gates);
    return ["one", "two"].map((task) => evaluate(forwardOf(compiled, { task }).graph, heads).get("prediction/logits"));
  };

  test("differ between tasks with a local factor, by a task's vector or by weights of each task", () => {
    for (const gates of [
      "grid_gates(condition: task_vector, rows: 4, columns: 4)",
      "grid_gates(condition: task_vector, rows: 4, columns: 4, row: global)",
      "grid_gates(condition: task_vector, rows: 4, columns: 4, column: global)",
      "per_task(grid_gates(rows: 4, columns: 4, row: global, column: global))",
    ]) {
      const [one, two] = both(gates);
      expect(one, gates).not.toEqual(two);
    }
  });

  test("are those of all tasks if both factors are global", () => {
    const [one, two] = both("grid_gates(condition: task_vector, rows: 4, columns: 4, row: global, column: global)");
    expect(one).toEqual(two);
  });

  test("multiply the matrix once for all rows of the batch", () => {
    const { streams } = inspect(
      "model m\nmodality x: tensor(3, 8)\nstream g = x -> grid_gates(learned(8), rows: 4, columns: 4)\nstream s = x -> linear(8)",
    );
    expect(streams.get("g")?.batch).toBe("shared");
  });
});

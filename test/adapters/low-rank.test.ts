import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { costOf } from "../../compiler/analysis/cost/cost-of.ts";
import { parseResolvedSpecification } from "../../compiler/schema/parse-resolved.ts";
import { distributeProducts } from "../../compiler/passes/distribute-products.ts";
import { complaints, compile, evaluate, forwardOf, inspect, seeded, sound, weightNames } from "../elaborate/harness.ts";
import { relativeError } from "../graph/gradient-check.ts";
import { type Case, expectTorch } from "../prelude/expect-torch.ts";
import { numbers as numbersOf } from "../prelude/network-graphs.ts";
import { close, inputs, numbers } from "../prelude/numbers.ts";
import { type Matrix, add, attention, linear, matrix } from "../prelude/oracle.ts";

/** Made by `pytorch/make-tuning.py`. */
const theirs = JSON.parse(readFileSync(new URL("../prelude/pytorch/tuning.json", import.meta.url), "utf8")) as {
  readonly lora: Case;
  readonly dropout: Case & { readonly factors: readonly number[] };
  readonly dora: Case;
};
const tokens = { shape: [3, 4], values: numbersOf("tokens", [3, 4], 1) };

test.each(["lora", "dora"] as const)("%s has the outputs and gradients of PEFT", (block) => {
  expectTorch(`linear(6)\nadapt "s.kernel" -> ${block}(rank: 2, alpha: 3)`, tokens, theirs[block]);
});

test("lora has the outputs and gradients of PEFT in training, with the dropout that PEFT drew", () => {
  const { factors, ...expected } = theirs.dropout;
  expect(new Set(factors)).toEqual(new Set([0, 4 / 3]));
  const bytes = factors.map((factor) => (factor === 0 ? 63 : 64));
  expectTorch('linear(6)\nadapt "s.kernel" -> lora(rank: 2, alpha: 3, dropout: 25%)', { ...tokens, bytes }, expected);
});

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? Number.NaN), 0)));

describe("a weight that is adapted", () => {
  test("keeps its name, and the block's weights have names below it", () => {
    expect(
      weightNames(
        `${inputs}stream s = x -> transformer(layers: 2, heads: 2)\nadapt "s.{0..1}.attention.{query,value}.kernel" -> lora(rank: 1)`,
      ).filter((name) => name.includes("lora") || name.includes("query")),
    ).toEqual(
      [0, 1].flatMap((layer) => [
        `s.${layer}.attention.query.kernel`,
        `s.${layer}.attention.query.kernel.lora.down`,
        `s.${layer}.attention.query.kernel.lora.up`,
        `s.${layer}.attention.query.bias`,
        `s.${layer}.attention.value.kernel.lora.down`,
        `s.${layer}.attention.value.kernel.lora.up`,
      ]),
    );
  });

  test("goes through the blocks of a pipeline, here one for all tasks and one for each (MTLoRA)", () => {
    const { values, given, byName } = numbers(
      'stream s = x -> linear(5)\nadapt "s.kernel" -> lora(rank: 2) -> per_task(lora(rank: 1, alpha: 3))\ntask t { from: mean(s)  head: linear(1)  target: number("y") }',
      { unused: "allowed" },
    );
    const x = matrix(given("feature/x"), 4);
    const update = (path: string, factor: number): Matrix =>
      times(times(x, byName.matrix(`${path}.down`)), byName.matrix(`${path}.up`)).map((row) =>
        row.map((value) => factor * value),
      );
    close(values.s, add(add(linear(x, "s", byName), update("s.kernel.lora", 1)), update("s.kernel.lora_2.t", 3)));
  });

  test("has dropout of the rows before its update in training, as PEFT has it, and none in evaluation", () => {
    const body = 'stream s = x -> linear(5)\nadapt "s.kernel" -> lora(rank: 2, alpha: 3, dropout: 25%)';
    const outputOf = (inspected: ReturnType<typeof numbers>, factors: Matrix): Matrix => {
      const { given, byName } = inspected;
      const x = matrix(given("feature/x"), 4);
      const rows = x.map((row, token) => row.map((value, index) => value * (factors[token]?.[index] ?? Number.NaN)));
      const update = times(times(rows, byName.matrix("s.kernel.lora.down")), byName.matrix("s.kernel.lora.up"));
      return add(
        linear(x, "s", byName),
        update.map((row) => row.map((value) => 1.5 * value)),
      );
    };
    const trained = numbers(body, { mode: "train" });
    const bytes = matrix(trained.given("random/s.kernel.lora"), 4);
    const kept = bytes.map((row) => row.map((byte) => (byte >= 64 ? 4 / 3 : 0)));
    expect(kept.flat().filter((factor) => factor === 0).length).toBeGreaterThan(0);
    close(trained.values.s, outputOf(trained, kept));
    const evaluated = numbers(body);
    expect(evaluated.graph.inputs.filter(({ role }) => role.kind === "random")).toEqual([]);
    close(
      evaluated.values.s,
      outputOf(
        evaluated,
        bytes.map((row) => row.map(() => 1)),
      ),
    );
  });

  test("is in the resolved specification with its block, which `mtl diff` compares", () => {
    const text = `model m
modality x: tensor(4)
stream s = x -> linear(5)
task t { from: s  head: linear(1)  target: number("y") }
dataset d { path: "d.csv"  tasks: [t] }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1 }
`;
    const adapted = sound(`${text}adapt "s.kernel" ->\n  lora(rank: 2)\n    -> lora(rank: 1)\n`).specification;
    expect(adapted.adapt).toEqual([
      { weights: { include: ["s.kernel"], except: [] }, by: "lora(rank: 2) -> lora(rank: 1)" },
    ]);
    expect(parseResolvedSpecification(JSON.parse(JSON.stringify(adapted)))).toEqual({ specification: adapted });
    expect(sound(text).specification.adapt).toBeUndefined();
  });

  test("is read by all that read it: a tied table in both positions", () => {
    const body = "layer table = embed(6)\nlayer score = tied(table)\nstream s = words -> table -> score";
    const { values, given, byName } = numbers(`${body}\nadapt "table.table" -> lora(rank: 2)`);
    const { down, up } = { down: byName.matrix("table.table.lora.down"), up: byName.matrix("table.table.lora.up") };
    const table = add(byName.matrix("table.table"), times(down, up));
    const rows = given("feature/words.ids").map((id) => table[id] ?? []);
    const bias = byName.vector("score.bias");
    const transposed = (table[0] ?? []).map((_, column) => table.map((row) => row[column] ?? Number.NaN));
    close(
      values.s,
      times(rows, transposed).map((row) => row.map((value, j) => value + (bias[j] ?? 0))),
    );
  });

  test("belongs to the first declaration that matches it", () => {
    const names = weightNames(
      `${inputs}stream s = x -> linear(5) -> linear(5)\nadapt "s.linear.kernel" -> lora(rank: 1)\nadapt "**.kernel" -> dora(rank: 1)`,
    );
    expect(names.filter((name) => name.split(".").length > 3)).toEqual([
      "s.linear.kernel.lora.down",
      "s.linear.kernel.lora.up",
      "s.linear_2.kernel.dora.direction.down",
      "s.linear_2.kernel.dora.direction.up",
      "s.linear_2.kernel.dora.magnitude",
    ]);
  });

  test("is what it was where the update has begun, to the bit, and where there is none", () => {
    const plain = "stream s = x -> transformer(layers: 1, heads: 2)";
    const zero = (block: string) => {
      const { graph } = inspect(`${inputs}${plain}\nadapt "**.kernel" -> ${block}`);
      const given = seeded(graph);
      for (const [name, values] of given)
        if (/\.(up|magnitude)$/u.test(name))
          given.set(
            name,
            Array.from(values, () => 0),
          );
      return evaluate(graph, Object.fromEntries(given)).get("stream/s");
    };
    const before = evaluate(inspect(`${inputs}${plain}`).graph).get("stream/s");
    expect(zero("lora(rank: 2, alpha: 5)")).toEqual(before);
    expect(relativeError(zero("dora(rank: 2)") ?? [], before ?? [])).toBeLessThan(1e-14);
    expect(inspect(`${inputs}${plain}\nadapt "**.kernel" -> lora(rank: 0)`).graph.nodes).toHaveLength(
      inspect(`${inputs}${plain}`).graph.nodes.length,
    );
  });
});

const model = (block: string): string => `model m
param rank: int in 0..8 = 1
modality x: tensor(8)
task t { from: x  head: linear(6) -> tanh -> linear(4)  target: category("t", classes: 4) }
dataset d { path: "d.csv"  tasks: [t] }
stage base { with: { rank: 0 }  optimizer: sgd(rate: 0.1)  steps: 1 }
stage fit { optimizer: sgd(rate: 0.1)  steps: 1  freeze: all except ["**.kernel.*.**"]  cache: off }
adapt "**.kernel" -> if rank == 0 then identity else ${block}`;

test("an update has rank · (rows + columns) weights, which alone are trained", () => {
  const counts = (block: string): readonly number[] =>
    costOf(sound(model(block))).stages.map(({ total }) => total.parameters - total.frozen);
  const base = 8 * 6 + 6 + 6 * 4 + 4;
  expect(counts("lora(rank: 2)")).toEqual([base, 2 * (8 + 6) + 2 * (6 + 4)]);
  expect(counts("dora(rank: 2)")).toEqual([base, 2 * (8 + 6) + 2 * (6 + 4) + 6 + 4]);
});

describe("products with a low-rank update", () => {
  test.each([
    "lora(rank: 1, alpha: 3)",
    "dora(rank: 1)",
    "lora(rank: 1) -> lora(rank: 1)",
    "lora(rank: 1) -> per_task(lora(rank: 1))",
  ])("are those with the sum, and make no matrix of the weight's size in the backward pass: %s", (block) => {
    const program = sound(model(block));
    const { graph } = forwardOf(program, { mode: "train" });
    const distributed = distributeProducts(graph);
    expect(distributed.nodes.length).toBeGreaterThan(graph.nodes.length);
    for (const [name, values] of evaluate(graph))
      expect(relativeError(evaluate(distributed).get(name) ?? [], values)).toBeLessThan(1e-12);
    const made = program.plan("fit", { batch: 3 }).gradients("t");
    const products = made.nodes.filter(
      ({ op, inputs: [a, b] }) => op === "matmul" && [a, b].some((each) => each?.shape[0] === 3),
    );
    const shapes = products.map(({ outputs }) => outputs[0]?.shape.join(" × "));
    expect(shapes).not.toContain("8 × 6");
    expect(shapes).not.toContain("6 × 4");
  });
});

describe("prefix attention", () => {
  test("attends to learned keys and values, too", () => {
    const { values, given, byName } = numbers("stream s = x -> prefix_attention(heads: 2, length: 2)");
    const x = matrix(given("feature/x"), 4);
    const of = (part: string): Matrix => linear(x, `s.${part}`, byName);
    const mixed = attention(
      of("query"),
      [...byName.matrix("s.keys.table.value"), ...of("key")],
      [...byName.matrix("s.values.table.value"), ...of("value")],
      { heads: 2 },
    );
    close(values.s, linear(mixed, "s.output", byName));
  });

  test("adds to a transformer without another name, also under a causal bias and a mask", () => {
    const names = (attention: string, from = "words -> embed(4)"): readonly string[] =>
      weightNames(`${inputs}stream s = ${from} -> transformer(layers: 1, heads: 2, causal: true${attention})`);
    const [plain, added] = [names(""), names(", attention: prefix_attention(length: 3, hidden: 5)")];
    expect(plain.filter((name) => !added.includes(name))).toEqual([]);
    expect(added.filter((name) => !plain.includes(name))).toEqual(
      ["keys", "values"].flatMap((part) =>
        ["table.value", "mlp.up.kernel", "mlp.up.bias", "mlp.down.kernel", "mlp.down.bias"].map(
          (name) => `s.transformer.0.attention.${part}.${name}`,
        ),
      ),
    );
  });
});

describe("what `adapt` refuses", () => {
  const stream = "stream s = x -> linear(5)\n";
  const errors = (text: string): readonly string[] =>
    complaints(
      `${inputs}${stream}task t { from: mean(s)  head: linear(1)  target: number("y") }\ndataset d { path: "d.csv"  tasks: [t] }\nstage f { optimizer: sgd(rate: 1)  steps: 1 }\n${text}`,
    ).filter((name) => !name.startsWith("unused"));

  test.each([
    ["another shape", 'adapt "s.kernel" -> transpose([1, 0])', ["adapted_shape"]],
    [
      "a value of each row",
      'block made(w: tensor): tensor { return w + reduce_sum(v, axis: 0) }\nadapt "s.kernel" -> made',
      ["adapted_shape"],
    ],
    ["no stream", 'block made(w: tensor): any { return 3 }\nadapt "s.kernel" -> made', ["adapted_shape"]],
    ["a pattern that matches nothing", 'adapt "s.kernl" -> lora(rank: 2)', ["pattern_matches_nothing"]],
    ["a vector for a matrix", 'adapt "s.bias" -> lora(rank: 2)', ["adapted_shape"]],
    ["an unknown block", 'adapt "s.kernel" -> loar(rank: 2)', ["unknown_name"]],
  ])("%s", (_, text, expected) => {
    expect(errors(text)).toEqual(expected);
  });
});

test("a word `adapt` is a name elsewhere", () => {
  expect(
    compile(`${inputs}stream adapt = x -> linear(5)\nstream s = adapt -> linear(2)`)
      .diagnostics.filter(({ severity }) => severity === "error")
      .map(({ name }) => name),
  ).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import { expressions } from "../../compiler/graph/expressions.ts";
import { findFrozenCut, frozenFeature } from "../../compiler/analysis/frozen-prefix.ts";
import { type Graph, type Value, roleName, sizeOf } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { interpret } from "../graph/reference.ts";
import { type Values, furthest, outputOf, programOf, valuesOf } from "../mbt/support.ts";

const model = (stage: string, more = ""): string => `
param drop: rate = 0%
modality words: text(max_length: 6, tokenizer: bytes)
modality light: tensor([3, 8])
stream read = words -> embed(8) -> positions -> transformer(layers: 2, heads: 2, dropout: drop)
stream seen = light -> linear(8) -> tanh
task kind {
  from: mean(read) + mean(seen)
  head: linear(3)
  target: category("kind", classes: 3)
  ${more}
}
dataset rows { path: "rows.jsonl" tasks: [kind] }
stage warm { optimizer: sgd(rate: 0.1) steps: 1 }
stage fit { optimizer: sgd(rate: 0.1) batch: 3 steps: 1 ${stage} }
`;

const planOf = (stage: string, more = ""): StagePlan => programOf(model(stage, more)).plan("fit");
const products = (graph: Graph | undefined): number => graph?.nodes.filter(({ op }) => op === "matmul").length ?? 0;

/** One row of every feature of a batch of three, and the same for weights. */
function rowOf(values: Values, graph: Graph, row: number): Values {
  return new Map(
    graph.inputs.map(({ name, role }) => {
      const data = Float64Array.from(values.get(name) ?? []);
      const size = data.length / 3;
      return [name, role.kind === "feature" ? data.subarray(row * size, (row + 1) * size) : data];
    }),
  );
}

/** The values that the prefix gives for each row alone, as the features of a batch. */
function prefixValues(prefix: Graph, values: Values): Values {
  const rows = [0, 1, 2].map((row) => interpret(prefix, rowOf(values, prefix, row)));
  return new Map(
    prefix.outputs.map((_, index) => {
      const stream = frozenFeature(index);
      return [
        roleName({ kind: "feature", feature: stream }),
        Float64Array.from(rows.flatMap((outputs) => outputOf(outputs, `stream/${stream}`))),
      ];
    }),
  );
}

describe("a frozen prefix", () => {
  test.each(["step", "evaluate"] as const)("row by row, and then the rest, is the whole graph of %s", (kind) => {
    const plan = planOf("freeze: [read, seen]");
    const prefix = plan.prefix?.("kind", kind === "step" ? "train" : "evaluate");
    if (!prefix) throw new Error("there is no prefix");
    const [whole, rest] = [plan[kind]("kind"), plan[kind]("kind", { prefix: "given" })];
    const values = valuesOf(whole);
    // Tokens and targets that differ between rows.
    for (const { name, value } of whole.inputs)
      if (value.dtype === "int32")
        values.set(
          name,
          Float64Array.from({ length: sizeOf(value.shape) }, (_, at) => at % 3),
        );
    values.set(
      "feature/words.mask",
      Float64Array.from({ length: 18 }, (_, at) => (at % 6 < 2 + Math.floor(at / 6) ? 1 : 0)),
    );
    const given: Values = new Map([...values, ...prefixValues(prefix, values)]);
    const [expected, actual] = [
      interpret(whole, values),
      interpret(rest, new Map(rest.inputs.map(({ name }) => [name, given.get(name) ?? []]))),
    ];
    expect([...actual.keys()]).toEqual([...expected.keys()]);
    for (const name of expected.keys())
      expect(furthest(outputOf(actual, name), outputOf(expected, name))).toBeLessThan(1e-12);
    expect(products(rest)).toBeLessThan(products(whole));
    expect(rest.inputs.some(({ role }) => role.kind === "weight" && role.weight.startsWith("read."))).toBe(false);
  });

  test("ends where a trained weight is", () => {
    const plan = planOf('freeze: ["read.embed.**", "read.transformer.0.**", seen]');
    expect(
      plan
        .prefix?.("kind", "train")
        ?.inputs.map(({ name }) => name)
        .filter((name) => name.startsWith("read.transformer.1")),
    ).toEqual([]);
    expect(products(plan.prefix?.("kind", "train"))).toBe(products(planOf("freeze: [seen]").prefix?.("kind", "train")));
    const whole = planOf('freeze: ["read.embed.**", "read.positions.**", "read.transformer.{0..0}.**", seen]').prefix?.(
      "kind",
      "train",
    );
    expect(whole?.inputs.some(({ name }) => name.startsWith("read.transformer.0"))).toBe(true);
  });

  test("ends where dropout draws, in training alone", () => {
    const plan = planOf("freeze: [read, seen] frozen_mode: train with: { drop: 10% }");
    const [training, evaluation] = [plan.prefix?.("kind", "train"), plan.prefix?.("kind", "evaluate")];
    expect(products(training)).toBeLessThan(products(evaluation));
    expect(training?.inputs.some(({ role }) => role.kind === "random")).toBe(false);
  });

  test("is none where rows are mixed, where nothing is frozen, and where the stage says so", () => {
    const lightAlone = (more: string) =>
      programOf(model("freeze: [seen]", more).replace("mean(read) + ", "")).plan("fit");
    expect(lightAlone("").prefix?.("kind", "train")).toBeDefined();
    expect(lightAlone("augment: mixup(alpha: 0.3)").prefix?.("kind", "train")).toBeUndefined();
    expect(lightAlone("augment: mixup(alpha: 0.3)").prefix?.("kind", "evaluate")).toBeDefined();
    expect(planOf("").prefix?.("kind", "train")).toBeUndefined();
    expect(planOf("freeze: [read, seen] cache: off").prefix?.("kind", "train")).toBeUndefined();
  });
});

describe("a value is kept for a row only where its graph proves that it depends on that row alone", () => {
  type Made = (e: ReturnType<typeof expressions>, x: Value, builder: GraphBuilder, rows: number) => Value;

  /** A product of a feature of `rows` rows and two columns with a frozen weight, then `more`, then a trained weight. */
  function graphOf(rows: number, more: Made): Graph {
    const builder = new GraphBuilder();
    const e = expressions(builder);
    const weight = (name: string) =>
      builder.input({ kind: "weight", weight: name }, { dtype: "float32", shape: [2, 2] });
    const x = builder.input({ kind: "feature", feature: "x" }, { dtype: "float32", shape: [rows, 2] });
    const made = more(e, e.matmul(x, weight("frozen")), builder, rows);
    builder.output({ kind: "loss" }, e.matmul(e.reshape(made, [rows, 2]), weight("trained")));
    return builder.build("g");
  }

  /** The indices of the nodes whose values are kept of a graph of two rows. */
  function kept(more: Made): readonly number[] {
    const settings = { rows: 2, isTrained: (name: string) => name === "trained", isDrawn: () => false };
    const graph = graphOf(2, more);
    const cut = findFrozenCut(graph, settings, () => graphOf(1, more));
    return cut?.values.map(({ node }) => node) ?? [];
  }

  /** Index of the last node before the trained product, where all of it is kept. */
  const last = (more: Made): number => graphOf(2, more).nodes.length - 2;

  test("a constant of as many indices as there are rows must be the same for all of them", () => {
    const differs: Made = (e, x, builder, rows) => {
      const data = Float32Array.from({ length: rows }, (_, row) => row);
      return e.add(x, builder.emit("constant", [], { dtype: "float32", shape: [rows, 1], data }));
    };
    const same: Made = (e, x, builder, rows) =>
      e.add(x, builder.emit("fill", [], { dtype: "float32", shape: [rows, 1], value: 1 }));
    expect(kept(differs)).toEqual([0]);
    expect(kept(same)).toEqual([last(same)]);
  });

  test("an axis of as many indices as there are rows is not taken for the rows", () => {
    const swapped: Made = (e, x) => e.tanh(e.transpose(x, [1, 0]));
    const summed: Made = (e, x) => e.add(x, e.reduceSum(x, [0], "keep"));
    expect(kept(swapped)).toEqual([0]);
    expect(kept(summed)).toEqual([0]);
  });

  test("a graph that computes with the number of rows shows beside the graph of one row", () => {
    const mean: Made = (e, x, _, rows) => e.multiply(x, 1 / rows);
    const half: Made = (e, x) => e.multiply(x, 1 / 2);
    expect(kept(half)).toEqual([last(half)]);
    expect(kept(mean)).toEqual([]);
  });
});

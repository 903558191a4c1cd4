import { describe, expect, test } from "vitest";
import { evaluatedPatterns, evaluatedPlaces } from "../../compiler/stage/frozen-scopes.ts";
import { print } from "../../compiler/graph/print.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { compile, sound } from "../elaborate/harness.ts";

/** A stage that trains everything, and then `fit` with some options, over the given streams and tasks. */
const model = (declarations: string, stage: string): string => `model frozen
param drop: rate = 20%
modality words: text(max_length: 6, tokenizer: bytes)
modality light: tensor([3, 8])
${declarations}
dataset rows { path: "rows.jsonl" tasks: all }
stage warm { optimizer: sgd(rate: 0.1) steps: 1 }
stage fit { optimizer: sgd(rate: 0.1) batch: 3 steps: 1 ${stage} }
`;

const encoder =
  "stream read = words -> embed(8) -> positions -> dropout(drop) -> transformer(layers: 2, heads: 2, dropout: drop)";
const kind = (from: string, head: string, name = "kind"): string =>
  `task ${name} { from: ${from} head: ${head} target: category("${name}", classes: 3) }\n`;
const planOf = (declarations: string, stage: string, settings = {}): StagePlan =>
  sound(model(declarations, stage), { unused: "allowed" }).plan("fit", settings);
const draws = (graph: Graph): readonly string[] =>
  graph.inputs.flatMap(({ role }) => (role.kind === "random" ? [role.site] : []));

describe("dropout of what is frozen", () => {
  const declarations = `${encoder}\n${kind("mean(read)", "dropout(10%) -> linear(3)")}`;

  test("is out of the graph as if it were 0, while that of the head stays", () => {
    const [frozen, without] = ["freeze: [read]", "freeze: [read] with: { drop: 0% }"].map((options) =>
      planOf(declarations, options),
    );
    expect(draws(frozen?.step("kind") ?? expect.fail())).toEqual(["task.kind.head.dropout"]);
    for (const graph of ["step", "gradients"] as const)
      expect(print(frozen?.[graph]("kind") ?? expect.fail())).toBe(print(without?.[graph]("kind") ?? expect.fail()));
  });

  test("stays with `frozen_mode: train`, and where nothing is frozen", () => {
    const all = draws(planOf(declarations, "").step("kind"));
    expect(all.length).toBeGreaterThan(4);
    expect(draws(planOf(declarations, "freeze: [read] frozen_mode: train").step("kind"))).toEqual(all);
  });

  test("no longer ends the prefix that is computed once", () => {
    const prefixOf = (options: string) => planOf(declarations, options).prefix?.("kind", "train");
    const products = (graph: Graph | undefined) => graph?.nodes.filter(({ op }) => op === "matmul").length;
    expect(products(prefixOf("freeze: [read]"))).toBe(products(prefixOf("freeze: [read] with: { drop: 0% }")));
    expect(products(prefixOf("freeze: [read]"))).toBeGreaterThan(
      products(prefixOf("freeze: [read] frozen_mode: train")) ?? 0,
    );
  });

  test("is out of graphs of other sizes and lengths too", () => {
    const buckets = model(declarations, "freeze: [read]").replace("max_length: 6", "max_length: 6, buckets: [4]");
    const plan = sound(buckets, { unused: "allowed" }).plan("fit");
    const [shorter = {}] = plan.buckets("kind");
    expect(shorter).toEqual({ words: 4 });
    for (const variant of [{ lengths: shorter }, { batch: 2 }])
      expect(draws(plan.gradients("kind", variant))).toEqual(["task.kind.head.dropout"]);
  });
});

describe("a place belongs to the smallest scope around it that has a weight", () => {
  const modes = (declarations: string, stage: string, settings = {}) =>
    Object.fromEntries(planOf(declarations, stage, settings).modes);

  test("so a frozen part of a layer has none, and what lies between trained parts has", () => {
    const adapted = `stream read = words -> embed(8) -> dropout(drop) -> transformer(layers: 1, heads: 2, dropout: drop, attention_dropout: drop, ffn: mlp(dropout: drop), after_ffn: mlp(ratio: 1, dropout: drop))\n${kind("mean(read)", "linear(3)")}`;
    expect(modes(adapted, 'freeze: all except ["**.after_ffn.**", "task.**"]')).toEqual({
      "read.dropout": "train",
      "read.transformer.0.attention.mixed.dropout": "evaluate",
      "read.transformer.0.dropout": "train",
      "read.transformer.0.ffn.dropout": "evaluate",
      "read.transformer.0.after_ffn.dropout": "train",
      "read.transformer.0.dropout_2": "train",
    });
  });

  test("and lower layers of a stack that are frozen have none", () => {
    const stack = `${encoder}\n${kind("mean(read)", "linear(3)")}`;
    expect(evaluatedPatterns(planOf(stack, 'freeze: ["read.transformer.0.**"]'))).toEqual(["read.transformer.0.**"]);
    expect(evaluatedPatterns(planOf(stack, "train: [read]"))).toEqual([]);
  });

  test("where it is used: a layer has its own, however it is reached; a stream without weights keeps its dropout", () => {
    const shared = `stream noisy = light -> dropout(drop)
      stream tokens = noisy -> linear(8)
      layer classify = dropout(drop) -> linear(8) -> linear(3)
      ${kind("mean(tokens)", "dropout(drop) -> classify")}${kind("mean(tokens) -> dropout(drop)", "classify", "other")}`;
    expect(modes(shared, "freeze: [classify]")).toEqual({
      noisy: "train",
      "classify.dropout": "evaluate",
      "task.kind.head.dropout": "train",
      "task.other.dropout": "train",
    });
    expect(modes(shared, "freeze: [tokens]")).toEqual({
      noisy: "train",
      "classify.dropout": "train",
      "task.kind.head.dropout": "train",
      "task.other.dropout": "train",
    });
  });

  test("for all tasks of a stage alike, and of those whose turn it is", () => {
    const adapters = `stream read = words -> embed(8) -> per_task(mlp(ratio: 1, dropout: drop))\n${kind("mean(read)", "dropout(drop) -> linear(3)")}${kind("mean(read)", "dropout(drop) -> linear(3)", "other")}`;
    const both = {
      "read.mlp.kind.dropout": "evaluate",
      "task.kind.head.dropout": "train",
      "read.mlp.other.dropout": "train",
      "task.other.head.dropout": "evaluate",
    };
    const found = modes(adapters, 'freeze: ["read.mlp.kind.**", "task.other.**"]');
    expect(Object.values(found)).toEqual(Object.values(both));
    const turn = 'for_each: task freeze: all except ["task.{task}.**"]';
    for (const forTask of ["kind", "other"])
      expect(Object.values(modes(adapters, turn, { forTask }))).toEqual(["evaluate", "train"]);
  });

  test("with the steps that a stochastic answer network drops", () => {
    const pairs = `modality pair: text(max_length: 6, segments: 2, tokenizer: bytes)
      stream both = pair -> embed(8)
      ${kind("both", "san(classes: 3, steps: 3, step_dropout: 25%, dropout: drop)")}`;
    const [frozen, trained] = ['freeze: ["task.**"]', "freeze: [both]"].map((options) => planOf(pairs, options));
    expect(draws(frozen?.step("kind") ?? expect.fail())).toEqual([]);
    expect(draws(trained?.step("kind") ?? expect.fail()).length).toBeGreaterThan(1);
  });

  test("by names of weights alone: a prefix of letters is no scope, `task` holds no tasks together, and states are no weights", () => {
    const weight = (name: string, trainable: boolean, of: "weight" | "state" = "weight") => ({
      name,
      kind: of,
      trainable,
    });
    const isEvaluated = evaluatedPlaces({ frozen_mode: "evaluate" }, [
      weight("read.table", false),
      weight("reader.table", true),
      weight("task.a.head.kernel", false),
      weight("task.b.head.kernel", true),
      weight("seen.norm.mean", false, "state"),
      weight("seen.kernel", true),
      weight("last.norm.mean", false, "state"),
      weight("last.kernel", false),
    ]);
    const places = [
      "read.dropout",
      "read",
      "reader.dropout",
      "task.a.dropout",
      "task.b.dropout",
      "task.c.dropout",
      "seen.norm",
      "last.norm",
      "nowhere",
    ];
    expect(places.filter(isEvaluated)).toEqual(["read.dropout", "read", "task.a.dropout", "last.norm"]);
  });
});

describe("blocks that ask whether they train", () => {
  const counted = `block batch_centred(x: tokens): tokens {
    state mean[width(x)] = zeros
    weight scale[width(x)] = ones
    let now = x -> mean -> reduce_mean(axis: 0)
    update mean = 0.9 * mean
    return (if training then 2 * x else x - mean) * scale
  }
  stream seen = light -> linear(8) -> batch_centred
  ${kind("mean(seen)", "linear(3)")}`;

  test("are answered for their place, and its running statistics stay", () => {
    const outputs = (options: string) =>
      planOf(counted, options)
        .step("kind")
        .outputs.flatMap(({ role }) => (role.kind === "state" ? [role.state] : []));
    expect(outputs("")).toEqual(["seen.batch_centred.mean"]);
    expect(outputs('freeze: ["seen.linear.**"]')).toEqual(["seen.batch_centred.mean"]);
    expect(outputs("freeze: [seen]")).toEqual([]);
    expect(outputs("freeze: [seen] frozen_mode: train")).toEqual(["seen.batch_centred.mean"]);
    const mixed = (options: string) =>
      compile(model(counted, `step: mixed ${options}`))
        .diagnostics.map(({ name }) => name)
        .filter((name) => name === "unmixable_step");
    expect(["freeze: [seen]", "freeze: [seen] frozen_mode: train", ""].map(mixed)).toEqual([
      [],
      ["unmixable_step"],
      ["unmixable_step"],
    ]);
    const reads = planOf(counted, "freeze: [seen]")
      .step("kind")
      .inputs.some(({ role }) => role.kind === "state");
    expect(reads).toBe(true);
  });
});

test("`frozen_mode: train` that changes nothing is told, and only then", () => {
  const head = kind("mean(read)", "dropout(drop) -> linear(3)");
  const plain = `stream read = words -> embed(8) -> norm\n${head}`;
  const told = (declarations: string, options: string) =>
    compile(model(declarations, options)).diagnostics.some(({ name }) => name === "idle_frozen_mode");
  expect(
    [`${encoder}\n${head}`, plain].map((declarations) => told(declarations, "freeze: [read] frozen_mode: train")),
  ).toEqual([false, true]);
  expect(told(`${encoder}\n${head}`, "frozen_mode: train")).toBe(true);
  expect(told(plain, "freeze: [read] frozen_mode: evaluate")).toBe(false);
});

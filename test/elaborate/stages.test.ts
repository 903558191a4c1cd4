import { describe, expect, test } from "vitest";
import { updateScalars } from "../../compiler/differentiate/optimizers/index.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { finiteDifferences, relativeError } from "../graph/gradient-check.ts";
import { complaints, evaluate, seeded, sound, type Given } from "./harness.ts";

const model = (stages: string): string => `model stages
param composition: one of [plain, adapter] = plain
param deep: int = 1
modality x: tensor(3, 4)
modality v: tensor(4)
block adapter(x: tokens): tokens { return x + (x -> linear(2) -> linear(4)) }
block insert(x: tokens): tokens { return if composition == adapter then x -> per_task(adapter) else x }
stream seen = x -> encoder_layer(heads: 2, after_ffn: insert, dropout: 0%) -> repeat(deep) { it -> norm }
layer shared = linear(3)
task kind { from: mean(seen) -> shared  target: category("kind", classes: 3) }
task size { from: v -> shared  head: linear(1)  target: number("size") }
task alone { from: v  head: linear(1)  target: number("alone") }
dataset data { path: "data.jsonl"  tasks: all }
${stages}
`;
const stage = (options: string, name = "fit"): string =>
  `stage ${name} { optimizer: sgd(rate: 0.1)  steps: 3  batch: 2  ${options} }\n`;
const planOf = (
  stages: string,
  name = "fit",
  settings: Parameters<ReturnType<typeof sound>["plan"]>[1] = {},
): StagePlan => sound(model(stages)).plan(name, settings);
const trainable = ({ weights }: StagePlan): readonly string[] =>
  weights.filter((weight) => weight.trainable).map(({ name }) => name);
const all = ({ weights }: StagePlan): readonly string[] => weights.map(({ name }) => name);
const outputs = (graph: Graph, kind: string): readonly string[] =>
  graph.outputs.filter(({ role }) => role.kind === kind).map(({ name }) => name);

describe("weights of a stage", () => {
  test("are those that its tasks reach; those that the same tasks reach share a class", () => {
    const plan = planOf(stage(""));
    expect(
      Object.fromEntries(
        plan.weights
          .filter(({ name }) => !name.startsWith("seen.encoder_layer"))
          .map(({ name, class: of, tasks }) => [name, `${of}: ${tasks.join(", ")}`]),
      ),
    ).toEqual({
      "seen.0.scale": "kind: kind",
      "seen.0.offset": "kind: kind",
      "shared.kernel": "kind+size: kind, size",
      "shared.bias": "kind+size: kind, size",
      "task.size.head.kernel": "size: size",
      "task.size.head.bias": "size: size",
      "task.alone.head.kernel": "alone: alone",
      "task.alone.head.bias": "alone: alone",
    });
    expect(all(planOf(`${stage("", "before")}${stage("tasks: [alone]")}`))).toEqual([
      "task.alone.head.kernel",
      "task.alone.head.bias",
    ]);
  });

  test("decay unless they are of rank 1", () => {
    for (const { shape, decayed } of planOf(stage("")).weights) expect(decayed).toBe(shape.length > 1);
  });

  test("are trained but for what `freeze` says, and are frozen but for what `train` says", () => {
    const names = all(planOf(stage("")));
    const before = stage("", "before");
    const cases: readonly (readonly [string, (name: string) => boolean])[] = [
      ["freeze: seen", (name) => !name.startsWith("seen.")],
      ["train: [seen, shared]", (name) => name.startsWith("seen.") || name.startsWith("shared.")],
      ['freeze: "seen.**" except ["**.ffn.**"]', (name) => !name.startsWith("seen.") || name.includes(".ffn.")],
      ['freeze: all except ["task.**"]', (name) => name.startsWith("task.")],
      [
        'train: ["**.bias", "task.*.head.kernel"]',
        (name) => name.endsWith(".bias") || /^task\.\w+\.head\.kernel$/u.test(name),
      ],
      ['freeze: ["seen.{0..deep}.**", shared]', (name) => !name.startsWith("seen.0.") && !name.startsWith("shared.")],
    ];
    for (const [option, trained] of cases)
      expect(trainable(planOf(`${before}${stage(option)}`)), option).toEqual(names.filter(trained));
  });

  test("that are frozen have no gradient, no update, and cost nothing backward", () => {
    const [whole, frozen] = [planOf(stage("")), planOf(`${stage("", "before")}${stage("freeze: seen")}`)];
    expect(outputs(frozen.gradients("kind"), "gradient")).toEqual(["gradient/shared.kernel", "gradient/shared.bias"]);
    expect(outputs(frozen.step("kind"), "weight")).toEqual(["shared.kernel", "shared.bias"]);
    expect(frozen.gradients("kind").nodes.length).toBeLessThan(whole.gradients("kind").nodes.length / 2);
  });

  test("what trains nothing, matches nothing or freezes what nothing has trained is told", () => {
    const told = (stages: string): readonly string[] => complaints(model(stages));
    expect(told(`${stage("", "before")}${stage("freeze: all")}`)).toEqual(["trains_nothing"]);
    expect(told(stage("freeze: seen"))).toContain("fresh_and_frozen");
    expect(told(`${stage("", "before")}${stage('freeze: "sen.**"')}`)).toEqual(["pattern_matches_nothing"]);
    expect(told(stage("tasks: []"))).not.toEqual([]);
  });
});

describe("`with` and `for_each`", () => {
  test("a stage that sets a param has the graph of that param, with the weights of before under their names", () => {
    const stages = `${stage("", "base")}${stage('with: { composition: "adapter", deep: 2 }')}`;
    const [base, fit] = [planOf(stages, "base"), planOf(stages)];
    const added = all(fit).filter((name) => !all(base).includes(name));
    expect(all(base).filter((name) => !all(fit).includes(name))).toEqual([]);
    expect(new Set(added.map((name) => (name.includes("after_ffn.adapter.kind.") ? "adapter" : name)))).toEqual(
      new Set(["adapter", "seen.1.scale", "seen.1.offset"]),
    );
  });

  test("one task's turn has that task alone, and `{task}` means it", () => {
    const stages =
      `${stage("tasks: [kind, size]", "base")}${stage('tasks: [kind, size]  with: { composition: "adapter" }  for_each: task  freeze: all except ["**.adapter.{task}.**", "task.{task}.**"]')}`.replace(
        "batch: 2  tasks: [kind, size]  with",
        "batch: 2  tasks: [kind, size]  with",
      );
    const program = sound(model(`${stages}${stage("tasks: [alone]", "rest")}`));
    const plan = program.plan("fit", { forTask: "kind" });
    expect(plan.tasks).toEqual(["kind"]);
    expect(trainable(plan).length).toBeGreaterThan(0);
    expect(trainable(plan).filter((name) => !name.includes(".adapter.kind."))).toEqual([]);
    expect(trainable(program.plan("fit", { forTask: "size" }))).toEqual([
      "task.size.head.kernel",
      "task.size.head.bias",
    ]);
  });

  test("a turn may freeze what the one before it trained, unless the stage forks", () => {
    const columns = (options: string): string => `model columns
modality v: tensor(4)
stream kind_net = v -> linear(3)
stream size_net = kind_net -> linear(3)
task kind { from: kind_net  target: category("kind", classes: 3) }
task size { from: size_net  head: linear(1)  target: number("size") }
dataset data { path: "data.jsonl"  tasks: all }
stage fit { optimizer: sgd(rate: 0.1)  steps: 3  for_each: task  freeze: all except ["{task}_net.**", "task.{task}.**"]  ${options} }
`;
    expect(complaints(columns(""))).toEqual([]);
    expect(complaints(columns("fork: true"))).toEqual(["fresh_and_frozen"]);
  });

  test("a weight that changes its shape between stages is told", () => {
    const text = model(`${stage("", "base")}${stage("with: { size: 5 }")}`)
      .replace("param deep", "param size: int = 4\nparam deep")
      .replace("from: v  head: linear(1)", "from: v -> linear(size)  head: linear(1)");
    expect(complaints(text)).toContain("carried_shape");
  });

  test("batch sizes are one number or one a task", () => {
    const plan = planOf(stage("").replace("batch: 2", "batch: { kind: 5, size: 3, alone: 2 }"));
    expect(["kind", "size", "alone"].map((task) => plan.batchOf(task))).toEqual([5, 3, 2]);
    expect(plan.gradients("kind").inputs.find(({ name }) => name === "feature/x")?.value.shape).toEqual([5, 3, 4]);
    expect(plan.predict("kind", { batch: 7 }).inputs.find(({ name }) => name === "feature/x")?.value.shape).toEqual([
      7, 3, 4,
    ]);
  });
});

describe("training graphs of a specification", () => {
  const optimizer = "optimizer: adamw(rate: 1e-2, weight_decay: 0.1)  clip: 0.5  tasks: [kind, size]";
  const text = model(stage("", "fit")).replace("optimizer: sgd(rate: 0.1)", optimizer);
  const program = sound(text.replace('task alone { from: v  head: linear(1)  target: number("alone") }\n', ""));
  const plan = program.plan("fit");

  /** Seeded values for every input; optimizer state is positive, and scalars are those of a third update. */
  const values = (graph: Graph): Given =>
    Object.fromEntries(
      [...seeded(graph)].map(([name, data]) => {
        const { role } = graph.inputs.find((input) => input.name === name) ?? {};
        if (role?.kind === "update")
          return [name, [updateScalars(plan.stage.optimizer, { rate: 1e-2, count: 3 })[role.name] ?? Number.NaN]];
        return [name, role?.kind === "slot" ? Array.from(data, (value) => Math.abs(value)) : data];
      }),
    );

  test.each(["kind", "size"])("a step of %s is its gradients, applied", (task) => {
    const step = plan.step(task);
    const fused = evaluate(step, values(step));
    const gradients = evaluate(plan.gradients(task), values(plan.gradients(task)));
    const apply = plan.apply([task]);
    const applied = evaluate(apply, { ...values(apply), ...Object.fromEntries(gradients) });
    const split = new Map([...gradients, ...applied].filter(([name]) => !name.startsWith("gradient/")));
    expect([...split.keys()].toSorted()).toEqual([...fused.keys()].toSorted());
    expect([...fused.keys()].some((name) => name.startsWith("first_moment/"))).toBe(true);
    for (const [name, value] of fused) expect(relativeError(split.get(name) ?? [], value), name).toBeLessThan(1e-9);
  });

  test("gradients of every weight are those of finite differences", () => {
    const graph = plan.gradients("kind");
    const inputs = seeded(graph);
    const gradients = evaluate(graph, Object.fromEntries(inputs));
    for (const { name } of plan.weights.filter(({ tasks }) => tasks.includes("kind"))) {
      expect(
        relativeError(gradients.get(`gradient/${name}`) ?? [], finiteDifferences(graph, inputs, name)),
        name,
      ).toBeLessThan(1e-6);
    }
  });

  test("a weight of the task that its loss does not depend on has a gradient of zeros", () => {
    const graph = sound(
      model(stage("tasks: [alone]"))
        .replace("from: v  head", "from: v + 0 * stop_gradient(learned(4))  head")
        .replaceAll(/task (kind|size) .*\n/gu, "")
        .replaceAll(/(stream seen|layer shared|modality x).*\n/gu, ""),
    )
      .plan("fit")
      .gradients("alone");
    expect(evaluate(graph).get("gradient/task.alone.learned.value")).toEqual([0, 0, 0, 0]);
  });

  test("evaluation has no random bytes and no gradients; prediction has no loss", () => {
    for (const graph of [plan.evaluate("kind"), plan.predict("kind", { batch: 2 })])
      expect(graph.inputs.some(({ role }) => role.kind === "random")).toBe(false);
    expect(outputs(plan.evaluate("kind"), "loss")).toEqual(["loss"]);
    expect(plan.predict("kind", { batch: 2 }).outputs.map(({ name }) => name)).toEqual(["prediction/logits"]);
  });

  test("a state is updated in training graphs only, and never trained", () => {
    const stateful = sound(`model states
modality v: tensor(4)
block running(x: vector): vector {
  state mean[4] = zeros
  update mean = mean * 0.9 + 0.1
  return x - mean
}
task t { from: v -> running  head: linear(1)  target: number("y") }
dataset d { path: "d.csv"  tasks: [t] }
${stage("")}`).plan("fit");
    expect(
      stateful.weights.filter(({ kind }) => kind === "state").map(({ name, trainable }) => [name, trainable]),
    ).toEqual([["task.t.mean", false]]);
    expect(outputs(stateful.step("t"), "state")).toEqual(["state/task.t.mean"]);
    expect(outputs(stateful.evaluate("t"), "state")).toEqual([]);
    expect(evaluate(stateful.gradients("t"), { "state/task.t.mean": [0, 1, 2, 3] }).get("state/task.t.mean")).toEqual(
      [0.1, 1, 1.9, 2.8].map((value) => expect.closeTo(value, 6) as number),
    );
  });
});

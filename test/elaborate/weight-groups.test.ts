import { describe, expect, test } from "vitest";
import { type UpdateRule, ruleOf, scalarsOfRule } from "../../compiler/differentiate/update-rule.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import { complaints, evaluate, seeded, sound } from "./harness.ts";

const model = (optimizer: string, more = ""): string => `model grouped
modality v: tensor(4)
stream seen = v -> linear(3) -> norm
layer shared = linear(3)
task kind { from: seen -> shared  target: category("kind", classes: 3) }
task size { from: seen -> shared  head: linear(1)  target: number("size") }
dataset data { path: "data.jsonl"  tasks: all }
stage fit { optimizer: ${optimizer}  steps: 3  batch: 2  ${more} }
`;
const planOf = (optimizer: string, more?: string, forTask?: string): StagePlan =>
  sound(model(optimizer, more)).plan("fit", forTask === undefined ? {} : { forTask });
const rules = (plan: StagePlan): Record<string, UpdateRule["optimizer"]> =>
  Object.fromEntries(plan.weights.map((weight) => [weight.name, ruleOf(plan.stage, weight).optimizer]));
const rates = (plan: StagePlan): Record<string, number> =>
  Object.fromEntries(Object.entries(rules(plan)).map(([name, { rate }]) => [name, rate]));

/** Every input of a task's step, seeded by name; scalars are those of a third update of the class, at half the rate. */
function step(plan: StagePlan, task: string): ReadonlyMap<string, ArrayLike<number>> {
  const graph: Graph = plan.step(task);
  const inputs = [...seeded(graph)].map(([name, data]) => {
    const role = graph.inputs.find((input) => input.name === name)?.role;
    const weight = role?.kind === "update" ? plan.weights.find((each) => each.class === role.class) : undefined;
    if (role?.kind === "update" && weight)
      return [
        name,
        [scalarsOfRule(ruleOf(plan.stage, weight), { factor: 0.5, count: 3 })[role.name] ?? Number.NaN],
      ] as const;
    return [name, role?.kind === "slot" ? Array.from(data, Math.abs) : data] as const;
  });
  return evaluate(graph, Object.fromEntries(inputs));
}

describe("groups of an optimizer", () => {
  test("give their weights a rate; the first that matches has a weight, and the rest keeps the optimizer's", () => {
    expect(
      rates(planOf('adamw(rate: 0.1, groups: [group("**.bias", rate: 0.2), group(["task.**", shared], rate: 0.3)])')),
    ).toEqual({
      "seen.linear.kernel": 0.1,
      "seen.linear.bias": 0.2,
      "seen.norm.scale": 0.1,
      "seen.norm.offset": 0.1,
      "shared.kernel": 0.3,
      "shared.bias": 0.2,
      "task.size.head.kernel": 0.3,
      "task.size.head.bias": 0.2,
    });
  });

  test("take patterns with exceptions, names, and the task whose turn it is", () => {
    const narrowed = rates(planOf('sgd(rate: 0.1, groups: group(all except ["**.bias", seen], rate: 0))'));
    expect(Object.keys(narrowed).filter((name) => narrowed[name] === 0)).toEqual([
      "shared.kernel",
      "task.size.head.kernel",
    ]);
    const own = 'sgd(rate: 0.1, groups: group("task.{task}.**", rate: 1))';
    expect(rates(planOf(own, "for_each: task", "size"))["task.size.head.kernel"]).toBe(1);
  });

  test("change decay, but a weight of rank 1 still has none", () => {
    const plan = planOf("adamw(rate: 0.1, weight_decay: 0.01, groups: group(shared, weight_decay: 0.5))");
    expect(rules(plan)["shared.kernel"]).toMatchObject({ rate: 0.1, weight_decay: 0.5 });
    expect(rules(plan)["task.size.head.kernel"]).toMatchObject({ weight_decay: 0.01 });
    expect(plan.weights.find(({ name }) => name === "shared.bias")?.decayed).toBe(false);
  });

  test("are classes of their own, so that each is counted and has its own numbers", () => {
    const classes = Object.fromEntries(
      planOf("adam(rate: 0.1, groups: group(shared, rate: 1))").weights.map((weight) => [weight.name, weight.class]),
    );
    expect(classes["shared.kernel"]).not.toBe(classes["seen.linear.kernel"]);
    expect(classes["shared.kernel"]).toBe(classes["shared.bias"]);
  });

  test.each([
    ["sgd(rate: 0.1", "rate: 0.4"],
    ["momentum(rate: 0.1", "rate: 0.4"],
    ["adam(rate: 0.1", "rate: 0.4"],
    ["adamw(rate: 0.1, weight_decay: 0.2", "rate: 0.4, weight_decay: 0.3"],
    ["adamax(rate: 0.1, weight_decay: 0.2", "rate: 0.4, weight_decay: 0"],
    ["lamb(rate: 0.1, weight_decay: 0.2", "rate: 0.4, weight_decay: 0.3"],
    ["adafactor(rate: 0.1, weight_decay: 0.2", "rate: 0.4, weight_decay: 0.3"],
  ])("%s) moves each group as if it were alone with %s", (optimizer, options) => {
    const name = optimizer.split("(")[0] ?? "";
    const grouped = step(planOf(`${optimizer}, groups: group(shared, ${options}))`), "size");
    const [rest, alone] = [step(planOf(`${optimizer})`), "size"), step(planOf(`${name}(${options})`), "size")];
    for (const [output, values] of grouped)
      expect(values, output).toEqual((/(^|\/)shared\./u.test(output) ? alone : rest).get(output));
    expect(alone.get("shared.kernel")).not.toEqual(rest.get("shared.kernel"));
  });

  test("all see one gradient norm", () => {
    const norm = (optimizer: string) => step(planOf(optimizer, "clip: 0.1"), "size").get("scalar/gradient_norm");
    expect(norm("sgd(rate: 0.1, groups: group(shared, rate: 1))")).toEqual(norm("sgd(rate: 0.1)"));
  });

  test("that change nothing are errors, as is a pattern without a weight", () => {
    const of = (group: string, optimizer = "adamw") =>
      complaints(model(`${optimizer}(rate: 0.1, groups: [group("**.bias", rate: 1), ${group}])`));
    expect(of("group(shared)")).toEqual(["group_changes_nothing"]);
    expect(of('group("shared.bias", rate: 2)')).toEqual(["group_changes_nothing"]);
    expect(of('group("shard.**", rate: 2)')).toEqual(["pattern_matches_nothing"]);
    expect(of('group("seen.**" except ["**.biass"], rate: 2)')).toEqual(["pattern_matches_nothing"]);
    expect(of("group(shared, weight_decay: 1)", "momentum")).toEqual(["group_without_decay"]);
    expect(of("group(shared, rate: 2)")).toEqual([]);
  });
});

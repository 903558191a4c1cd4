import { describe, expect, test } from "vitest";
import { factorsOfLosses, type LossBalance } from "../../compiler/balance/factors-of-losses.ts";
import { GraphBuilder } from "../../compiler/graph/builder.ts";
import type { Graph } from "../../compiler/graph/graph.ts";
import { generator } from "../../runtime/random/generator.ts";
import { openBalancer } from "../../runtime/train/balance/index.ts";
import { sound } from "../elaborate/harness.ts";
import { uniform } from "../graph/random-data.ts";
import { interpret } from "../graph/reference.ts";

const tasks = ["a", "b", "c"];
const balances: readonly LossBalance[] = [
  { kind: "famo", losses: "same_batch", rate: 0.1, gamma: 0.01, lowest: 0 },
  { kind: "famo", losses: "next_batch", rate: 0.1, gamma: 0.01, lowest: { b: -1 } },
  { kind: "stch", mu: 0.2, warmup: 0, lowest: { a: 0.1 } },
  { kind: "stch", mu: 0.2, warmup: 2, lowest: 0 },
];

describe.each(balances.map((options) => ({ name: JSON.stringify(options), options })))("$name", ({ options }) => {
  test("has the factors of the host in the graph, from the first update", () => {
    const balancer = openBalancer({
      options,
      tasks: tasks.map((name) => ({ name, target: "other" })),
      epochSteps: 3,
      random: generator(1, "balance"),
    });
    if (balancer.needs !== "losses") throw new Error("the factors do not follow from the losses");
    const builder = new GraphBuilder();
    const losses = builder.input({ kind: "feature", feature: "losses" }, { dtype: "float32", shape: [tasks.length] });
    builder.output({ kind: "scalar", name: "factors" }, factorsOfLosses(builder, options, tasks, losses));
    const graph = builder.build("factors");
    for (let step = 0; step < 12; step++) {
      const now = [1 / (step + 1), 2 - step / 20, 0.5 + 0.4 * Math.sin(step)];
      const known = Object.entries(balancer.known()).map(([name, values]): [string, readonly number[]] => [
        `balance/${name}`,
        values,
      ]);
      const found = interpret(graph, new Map([...known, ["feature/losses", now]])).get("scalar/factors") ?? [];
      const expected = balancer.weigh(now.map((loss, index) => ({ task: tasks[index] ?? "", loss })));
      expect(found.length).toBe(tasks.length);
      for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 9);
    }
  });
});

describe("a balance that needs no gradients", () => {
  const planOf = (balance: string) =>
    sound(`model heads
modality figures: tensor(5)
stream seen = figures -> linear(12) -> gelu -> linear(12)
${tasks.map((task) => `task ${task} { from: seen  head: linear(1)  target: number("${task}") }`).join("\n")}
dataset rows { path: "rows.jsonl"  tasks: all }
stage s { optimizer: sgd(rate: 0.1)  batch: 6  steps: 10  step: joint  balance: ${balance} }`).plan("s");
  const products = ({ nodes }: Graph): number => nodes.filter(({ op }) => op === "matmul").length;
  const fixed = planOf("fixed");

  test.each(["famo", "famo(losses: next_batch)", "stch", "dwa", "homoscedastic", "random_loss_weighting"])(
    "%s has one backward pass, and the same update in one graph or in two",
    (balance) => {
      const plan = planOf(balance);
      const [gradients, step] = [plan.gradients(tasks), plan.step(tasks)];
      expect(products(gradients)).toBe(products(fixed.gradients(tasks)));
      expect(products(gradients)).toBeLessThan(products(plan.taskGradients(tasks)));
      const values = new Map(
        step.inputs.map(({ name, role, value: { shape } }, index): [string, ArrayLike<number>] => [
          name,
          role.kind === "update" ? [0.1] : uniform(index, shape).map((value) => 1 + Math.abs(value)),
        ]),
      );
      const [found, updated] = [interpret(gradients, values), interpret(step, values)];
      const trained = step.outputs.filter(({ role }) => role.kind === "weight");
      expect(trained.length).toBeGreaterThan(0);
      for (const { name } of trained)
        for (const [at, value] of (updated.get(name) ?? []).entries())
          expect(value).toBeCloseTo(
            (values.get(name)?.[at] ?? 0) - 0.1 * (found.get(`gradient/${name}`)?.[at] ?? 0),
            9,
          );
    },
  );
});
